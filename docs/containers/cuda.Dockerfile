# pole with its experiments on NVIDIA GPUs. From the repository's root: docker build -f docs/containers/cuda.Dockerfile -t pole:cuda .
# The packages of TorchSharp bring CUDA's libraries; the machine brings its driver and the NVIDIA container toolkit (docker run --gpus all).
FROM mcr.microsoft.com/dotnet/sdk:10.0.100-noble AS build
WORKDIR /source
COPY . .
RUN dotnet build experiments -c Release -p:TorchBackend=cuda

FROM mcr.microsoft.com/dotnet/runtime:10.0.0-noble
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
COPY --from=build /source/experiments/bin/Release/net10.0/linux-x64 /opt/pole
ENV PATH=/opt/pole:$PATH POLE_STORE=/work/store POLE_RUNS=/work/runs POLE_DATA=/work/data POLE_WEIGHTS=/work/weights
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
WORKDIR /work
ENTRYPOINT ["pole"]
