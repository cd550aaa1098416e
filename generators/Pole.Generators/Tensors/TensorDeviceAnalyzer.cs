using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Pole.Generators.Diagnostics;

namespace Pole.Generators.Tensors;

/// <summary>
/// Tensors that are made without a device are on the CPU, whatever machine a run has. What a network makes in its constructor moves with it; everything else says its device.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TensorDeviceAnalyzer : DiagnosticAnalyzer
{
    private const string DeviceParameter = "device";

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.Of(SpecRules.TensorWithoutDevice)];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName("TorchSharp.torch") is not { } torch || start.Compilation.GetTypeByMetadataName("TorchSharp.torch+nn+Module") is not { } module) return;
            start.RegisterOperationAction(operation => Check(operation, torch, module), OperationKind.Invocation);
        });
    }

    private static void Check(OperationAnalysisContext context, INamedTypeSymbol torch, INamedTypeSymbol module)
    {
        var call = (IInvocationOperation)context.Operation;
        if (!SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingType, torch) || call.TargetMethod.Name.EndsWith("_like", System.StringComparison.Ordinal) || !call.Arguments.Any(argument => argument is { Parameter.Name: DeviceParameter, ArgumentKind: ArgumentKind.DefaultValue })) return;
        if (context.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor && IsModule(constructor.ContainingType, module)) return;
        context.ReportDiagnostic(Diagnostic.Create(Rules.Of(SpecRules.TensorWithoutDevice), call.Syntax.GetLocation(),
            $"'{call.TargetMethod.Name}' makes a tensor on the CPU, whatever device the run has: give it 'device:', that of a tensor it meets, or CPU where it is meant"));
    }

    private static bool IsModule(INamedTypeSymbol? type, INamedTypeSymbol module)
    {
        for (; type is not null; type = type.BaseType)
            if (SymbolEqualityComparer.Default.Equals(type, module)) return true;
        return false;
    }
}
