using System.Globalization;
using System.Text;
using Serilog;
using Serilog.Events;
using Serilog.Parsing;
using Serilog.Sinks.File;
using Shipper.Foundation.Logging;
using Xunit;

namespace Shipper.TailShipper.Tests.Files;

/// <summary>A log file on a disk that is full for a while.</summary>
public sealed class LogFileFailureTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("log-file-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void That_it_cannot_be_written_and_can_again_is_said_once_each()
    {
        var said = new List<string?>();
        var disk = new Disk();
        var sink = Sink(disk, said.Add, () => said.Add(null));
        Emit(sink, times: 3);
        Assert.Empty(said);
        disk.IsFull = true;
        Emit(sink, times: 3);
        Assert.Equal(["No space left on device"], said);
        disk.IsFull = false;
        Emit(sink, times: 3);
        Assert.Equal(["No space left on device", null], said);
        sink.Dispose();
    }

    [Fact]
    public void What_finds_no_room_at_the_end_is_no_fault()
    {
        var disk = new Disk();
        var sink = Sink(disk, static _ => { }, static () => { });
        Emit(sink, times: 1);
        disk.IsFull = true;
        Emit(sink, times: 1);
        sink.Dispose();
        Assert.True(disk.Refused > 0);
    }

    private AsDirectoryOwner Sink(Disk disk, Action<string> failed, Action recovered)
    {
        var path = Path.Join(_directory.FullName, "some.log");
        return new AsDirectoryOwner(path, file => file.File(path, hooks: disk, formatProvider: CultureInfo.InvariantCulture), failed,
            recovered);
    }

    private static void Emit(AsDirectoryOwner sink, int times)
    {
        for (var time = 0; time < times; time++)
        {
            sink.Emit(new LogEvent(
                TimeProvider.System.GetUtcNow(), LogEventLevel.Error, null, new MessageTemplateParser().Parse("something"), []));
        }
    }

    private sealed class Disk : FileLifecycleHooks
    {
        public bool IsFull { get; set; }

        public int Refused { get; set; }

        public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding) => new Full(underlyingStream, this);

        private sealed class Full(Stream file, Disk disk) : MemoryStream
        {
            public override void Flush()
            {
                if (disk.IsFull && Length > 0)
                {
                    disk.Refused++;
                    throw new IOException("No space left on device");
                }

                WriteTo(file);
                SetLength(0);
            }

            protected override void Dispose(bool disposing)
            {
                if (disposing)
                {
                    Flush();
                    file.Dispose();
                }

                base.Dispose(disposing);
            }
        }
    }
}
