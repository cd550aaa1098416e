# pole with its experiments on CPUs. From the repository's root: docker build -f docs/containers/cpu.Dockerfile -t pole:cpu .
FROM mcr.microsoft.com/dotnet/sdk:10.0.100-noble AS build
WORKDIR /source
COPY . .
RUN dotnet build experiments -c Release

FROM mcr.microsoft.com/dotnet/runtime:10.0.0-noble
# OpenMP, which libtorch computes with.
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
COPY --from=build /source/experiments/bin/Release/net10.0/linux-x64 /opt/pole
ENV PATH=/opt/pole:$PATH POLE_STORE=/work/store POLE_RUNS=/work/runs POLE_DATA=/work/data POLE_WEIGHTS=/work/weights
WORKDIR /work
ENTRYPOINT ["pole"]
