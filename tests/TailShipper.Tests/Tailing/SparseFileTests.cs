using System.IO.MemoryMappedFiles;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Holes of a real file system.</summary>
public sealed class SparseFileTests : IDisposable
{
    private const long Size = 64 * 1024 * 1024;
    private const long Text = 40_000_000;

    private readonly string _path = Path.Join(Directory.CreateTempSubdirectory("sparse-").FullName, "app.log");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Fact]
    public void A_hole_is_passed_without_reading_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SEEK_DATA is Linux's");
        using (var writer = File.Create(_path))
        {
            writer.SetLength(Size);
            writer.Position = Text;
            writer.Write("text\n"u8);
        }

        using var file = new PhysicalFileSystem().Open(_path).File!;
        var found = file.NextData(0);
        Assert.SkipWhen(found == 0, "this file system knows no holes");
        Assert.InRange(found, Text - (1024 * 1024), Text);
        Assert.Equal(Text + 2, file.NextData(Text + 2));
        Assert.Equal(ITailedFile.NoData, file.NextData(Size - 1));
        Assert.Equal(ITailedFile.NoData, file.NextData(Size + 1));
        Assert.Equal((Text, true), Padding.EndOfRun(file, 0, Size, new byte[4096], 2 * 1024 * 1024));
        Assert.Equal((Size, true), Padding.EndOfRun(file, Text + 5, Size, new byte[4096], 2 * 1024 * 1024));
    }

    [Fact]
    public void What_is_written_through_a_mapping_is_no_hole_any_more()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SEEK_DATA is Linux's");
        using var mapped = MemoryMappedFile.CreateFromFile(_path, FileMode.Create, null, Size);
        using var view = mapped.CreateViewAccessor();
        using var file = new PhysicalFileSystem().Open(_path).File!;
        Assert.Equal((Size, true), Padding.EndOfRun(file, 0, Size, new byte[65_536], Size));
        view.Write(Text, (byte)'x');
        Assert.Equal((Text, true), Padding.EndOfRun(file, 0, Size, new byte[65_536], Size));
    }
}
