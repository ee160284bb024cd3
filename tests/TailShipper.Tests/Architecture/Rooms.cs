using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tests.Architecture;

/// <summary>
/// The folders of src/TailShipper and which of them use which, from the compiled program. A folder is a namespace; a room is a folder
/// directly below src/TailShipper with everything in it. Constants are compiled into their users, so a use of a constant alone is not seen.
/// </summary>
internal static class Rooms
{
    private const string Root = "Shipper.TailShipper";

    private static readonly Lazy<IReadOnlyList<FolderUse>> AllUses = new(Load);

    /// <summary>Every use of a type by a type of another folder, once for each pair of types.</summary>
    public static IReadOnlyList<FolderUse> Uses => AllUses.Value;

    /// <summary>Names of all rooms that hold a type.</summary>
    public static IReadOnlySet<string> Names =>
        Uses.SelectMany(use => new[] { use.FromRoom, use.ToRoom }).ToHashSet(StringComparer.Ordinal);

    private static List<FolderUse> Load()
    {
        var architecture = new ArchLoader().LoadAssembly(typeof(StreamId).Assembly).Build();
        return [.. architecture.Types
            .Where(type => FolderOf(type) is not null)
            .SelectMany(type => type.Dependencies
                .Where(dependency => FolderOf(dependency.Target) is { } target && target != FolderOf(type))
                .Select(dependency => new FolderUse(FolderOf(type)!, Name(type), FolderOf(dependency.Target)!, Name(dependency.Target))))
            .Distinct()];
    }

    // Program.cs has no namespace. Type parameters are no types: of several that have one name, as in generated code, the loader knows one.
    private static string? FolderOf(IType type) =>
        type is not GenericParameter
        && type.Namespace?.FullName is { } name && name.StartsWith(Root + ".", StringComparison.Ordinal)
        ? name[(Root.Length + 1)..].Replace('.', '/')
        : null;

    private static string Name(IType type) => type.Name.Split('+', '/')[0];
}

/// <summary>One type uses another one, of another folder.</summary>
/// <param name="From">Folder of the user, from src/TailShipper, for example <c>Tailing/Reading</c>.</param>
/// <param name="User">The type that uses.</param>
/// <param name="To">Folder of the used type.</param>
/// <param name="Used">The type that is used.</param>
internal sealed record FolderUse(string From, string User, string To, string Used)
{
    /// <summary>First part of <see cref="From"/>.</summary>
    public string FromRoom => From.Split('/')[0];

    /// <summary>First part of <see cref="To"/>.</summary>
    public string ToRoom => To.Split('/')[0];

    /// <inheritdoc/>
    public override string ToString() => $"{From}/{User} uses {To}/{Used}";
}
