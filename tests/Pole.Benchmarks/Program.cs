using BenchmarkDotNet.Running;
using Pole.Benchmarks;

#if DEBUG
Console.Error.WriteLine("a debug build measures nothing; run: dotnet run -c Release --project tests/Pole.Benchmarks");
return 1;
#else
if (args is ["turns", .. var rest]) Turns.Run(rest);
else BenchmarkSwitcher.FromAssembly(typeof(SpecCompilerBenchmarks).Assembly).Run(args);
return 0;
#endif
