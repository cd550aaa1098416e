# pole with its experiments on CPUs. From the repository's root: docker build -f docs/containers/cpu.Dockerfile -t pole:cpu .
# docker run -v "$PWD/work:/work" -v "$PWD/data:/data" -v "$PWD/weights:/weights" pole:cpu run shapes/smoke
FROM mcr.microsoft.com/dotnet/sdk:10.0.100-noble AS build
WORKDIR /source
COPY . .
RUN dotnet build experiments -c Release && mv experiments/bin/Release/net10.0/linux-x64/builds/* /opt/pole

FROM mcr.microsoft.com/dotnet/runtime:10.0.0-noble
COPY --from=build /opt/pole /opt/pole
# Results are in /work. The other two may stay empty: Shapes needs neither.
RUN mkdir /work /data /weights
ENV PATH=/opt/pole:$PATH POLE_STORE=/work/store POLE_RUNS=/work/runs POLE_DATA=/data POLE_WEIGHTS=/weights
WORKDIR /work
ENTRYPOINT ["pole"]
