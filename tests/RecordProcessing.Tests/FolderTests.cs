using Shipper.TestSupport;
using Xunit;

namespace Shipper.RecordProcessing.Tests;

/// <summary>Who may know whom in src/RecordProcessing: docs/design/architecture.md says the same.</summary>
public sealed class FolderTests
{
    private static readonly string[] Folders = ["Json", "Steps", "Agent"];

    [Fact]
    public void A_folder_uses_only_those_before_it() => Assert.All(Folders, folder =>
    {
        var files = Directory.GetFiles(Path.Join(RepositoryRoot.Directory, "src", "RecordProcessing", folder), "*.cs");
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            var source = File.ReadAllText(file);
            Assert.All(Folders[(Array.IndexOf(Folders, folder) + 1)..], later =>
                Assert.DoesNotContain($"using Shipper.RecordProcessing.{later};", source, StringComparison.Ordinal));
        });
    });
}
