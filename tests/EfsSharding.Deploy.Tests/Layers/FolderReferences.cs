using Mono.Cecil;
using Mono.Cecil.Cil;

namespace EfsSharding.Deploy.Tests.Layers;

/// <summary>Which folders of a project refer to which, read from the compiled assembly: a type belongs to the folder of the file that has its name.</summary>
internal static class FolderReferences
{
    /// <param name="assembly">The compiled project.</param>
    /// <param name="sourceDirectory">The project's directory.</param>
    /// <returns>Pairs of folders, relative to the project and the empty string for its root, with the types of one such reference.</returns>
    public static Dictionary<(string From, string To), string> Read(string assembly, string sourceDirectory)
    {
        var folders = FoldersByType(sourceDirectory);
        using var module = ModuleDefinition.ReadModule(assembly);
        var references = new Dictionary<(string From, string To), string>();
        foreach (var type in module.GetTypes())
        {
            if (!folders.TryGetValue(OuterName(type), out var from))
            {
                continue;
            }

            foreach (var used in UsedBy(type).Where(u => u.Scope == module || u.Module.Assembly == module.Assembly))
            {
                if (folders.TryGetValue(OuterName(used), out var to) && to != from && IsOf(module, used))
                {
                    references.TryAdd((from, to), $"{OuterName(type)} uses {OuterName(used)}");
                }
            }
        }

        return references;
    }

    private static bool IsOf(ModuleDefinition module, TypeReference type) =>
        type.Scope is ModuleDefinition || type.Scope.Name == module.Assembly.Name.Name;

    /// <param name="sourceDirectory">The project's directory.</param>
    /// <returns>The project's own source files, relative to its directory.</returns>
    public static IEnumerable<string> SourceFiles(string sourceDirectory) =>
        Directory.EnumerateFiles(sourceDirectory, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(sourceDirectory, file))
            .Where(file => !file.StartsWith("obj" + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                && !file.StartsWith("bin" + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    private static Dictionary<string, string> FoldersByType(string sourceDirectory) =>
        SourceFiles(sourceDirectory)
            .GroupBy(file => Path.GetFileName(file).Split('.', '{')[0])
            .ToDictionary(files => files.Key, files => Path.GetDirectoryName(files.First())!.Replace('\\', '/'));

    private static string OuterName(TypeReference type)
    {
        var outer = type.GetElementType();
        while (outer.DeclaringType is { } declaring)
        {
            outer = declaring;
        }

        return outer.Name.Split('`')[0];
    }

    private static IEnumerable<TypeReference> UsedBy(TypeDefinition type) =>
        Signatures(type).Concat(type.Methods.Where(m => m.HasBody).SelectMany(Body)).SelectMany(Parts);

    private static IEnumerable<TypeReference?> Signatures(TypeDefinition type) =>
        type.Interfaces.Select(i => i.InterfaceType)
            .Append(type.BaseType)
            .Concat(type.Fields.Select(f => f.FieldType))
            .Concat(type.Methods.SelectMany(m => m.Parameters.Select(p => p.ParameterType).Append(m.ReturnType)));

    private static IEnumerable<TypeReference?> Body(MethodDefinition method) =>
        method.Body.Variables.Select(v => v.VariableType).Concat(method.Body.Instructions.SelectMany(Operand));

    private static IEnumerable<TypeReference?> Operand(Instruction instruction) => instruction.Operand switch
    {
        GenericInstanceMethod generic => [generic.DeclaringType, .. generic.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        FieldReference field => [field.DeclaringType, field.FieldType],
        TypeReference type => [type],
        _ => [],
    };

    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification specification => Parts(specification.ElementType),
        GenericParameter => [],
        _ => [type],
    };
}
