using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Shipper.OrderLake.Commands;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>Who may know whom in src/OrderLake: a folder uses only folders before it.</summary>
public sealed class ArchitectureTests
{
    private const string Root = "Shipper.OrderLake.";

    private static readonly string[] Folders =
        ["Specification", "Raw", "Engine", "Storage", "Transforms", "Queries", "Hosting", "Page", "Commands"];

    [Fact]
    public void A_folder_uses_only_those_before_it()
    {
        var architecture = new ArchLoader().LoadAssembly(typeof(LakeCommands).Assembly).Build();
        var uses = architecture.Types.Where(type => FolderOf(type) is not null)
            .SelectMany(type => type.Dependencies.Select(dependency => (type, dependency.Target)))
            .Where(use => FolderOf(use.Target) is not null).ToList();

        Assert.NotEmpty(uses);
        Assert.All(uses, use => Assert.True(
            Array.IndexOf(Folders, FolderOf(use.Target)) <= Array.IndexOf(Folders, FolderOf(use.type)),
            $"{use.type.FullName} uses {use.Target.FullName}"));
        Assert.All(uses, use => Assert.Contains(FolderOf(use.type)!, Folders));
    }

    private static string? FolderOf(IType type) =>
        type.Namespace?.FullName is { } name && name.StartsWith(Root, StringComparison.Ordinal) ? name[Root.Length..].Split('.')[0] : null;
}
