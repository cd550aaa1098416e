using BenchmarkDotNet.Running;
using Pole.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(SpecCompilerBenchmarks).Assembly).Run(args);
