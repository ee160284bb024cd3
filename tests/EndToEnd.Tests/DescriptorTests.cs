using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>Hundreds of files under a low limit on file descriptors.</summary>
public sealed class DescriptorTests
{
    private const int Files = 320;

    // The service itself holds some 170 open, most of them one for each assembly.
    private const int Limit = 256;

    [Fact]
    public async Task Every_line_of_320_files_arrives_once_under_a_limit_of_256_descriptors()
    {
        using var scene = await Scene.StartAsync();
        await WriteAsync(scene, "first");
        await scene.StartShipperWithDescriptorsAsync(Limit);
        await scene.ArrivedAsync(scene.Written());
        await WriteAsync(scene, "second");
        for (var file = 0; file < Files; file += 10)
        {
            File.Move(scene.Log($"{file:d3}.log"), scene.Log($"{file:d3}.log.1"));
            await File.WriteAllTextAsync(scene.Log($"{file:d3}.log"), $"{file} after the rotation\n");
        }

        await scene.ArrivedAsync(scene.Written());
        var open = Directory.EnumerateFileSystemEntries($"/proc/{scene.Shipper.Id}/fd").Count();
        Assert.InRange(open, 1, Limit);
        await WriteAsync(scene, "third");
        await scene.ExactAsync(scene.Written());
        Assert.Contains("Raise LimitNOFILE", scene.Shipper.Error, StringComparison.Ordinal);
    }

    private static async Task WriteAsync(Scene scene, string text)
    {
        for (var file = 0; file < Files; file++)
        {
            await File.AppendAllTextAsync(scene.Log($"{file:d3}.log"), $"{file} {text}\n");
        }
    }
}
