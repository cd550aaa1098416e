using Pole.Experiments;
using Pole.Runner;

return PoleApplication.Main(CompiledExperiments.All, args, Environment.ProcessPath);
