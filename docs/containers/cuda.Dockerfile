# pole with its experiments on NVIDIA GPUs. From the repository's root: docker build -f docs/containers/cuda.Dockerfile -t pole:cuda .
# docker run --gpus all -v "$PWD/work:/work" -v "$PWD/data:/data" -v "$PWD/weights:/weights" pole:cuda run shapes/smoke
# The packages of TorchSharp bring CUDA's libraries; the machine brings its driver and the NVIDIA container toolkit.
FROM mcr.microsoft.com/dotnet/sdk:10.0.100-noble AS build
WORKDIR /source
COPY . .
RUN dotnet build experiments -c Release -p:TorchBackend=cuda && mv experiments/bin/Release/net10.0/linux-x64/builds/* /opt/pole

FROM mcr.microsoft.com/dotnet/runtime:10.0.0-noble
COPY --from=build /opt/pole /opt/pole
# Results are in /work. The other two may stay empty: Shapes needs neither.
RUN mkdir /work /data /weights
ENV PATH=/opt/pole:$PATH POLE_STORE=/work/store POLE_RUNS=/work/runs POLE_DATA=/data POLE_WEIGHTS=/weights
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
WORKDIR /work
ENTRYPOINT ["pole"]
