using BenchmarkDotNet.Running;
using Pole.Benchmarks;

#if DEBUG
Console.Error.WriteLine("a debug build measures nothing; run: dotnet run -c Release --project tests/Pole.Benchmarks");
return 1;
#else
if (args is ["turns", .. var turned]) Turns.Run(turned);
else if (args is ["growth", .. var grown]) Growth.Run(grown);
else if (args is ["memory", .. var sizes]) WalkMemory.Run(sizes);
else BenchmarkSwitcher.FromAssembly(typeof(SpecCompilerBenchmarks).Assembly).Run(args);
return 0;
#endif
