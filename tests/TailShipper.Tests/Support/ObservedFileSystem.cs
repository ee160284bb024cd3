using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tests.Support;

/// <summary>A disk whose every call is counted, and may be acted upon before it is made.</summary>
internal sealed class ObservedFileSystem(IFileSystem files) : IFileSystem
{
    /// <summary>Called before each call.</summary>
    public Action? BeforeCall { get; set; }

    /// <summary>Calls so far, those to open files included.</summary>
    public long Calls { get; private set; }

    public PathStat Stat(string path)
    {
        Note();
        return files.Stat(path);
    }

    public OpenAttempt Open(string path)
    {
        Note();
        var attempt = files.Open(path);
        return attempt.File is { } file ? attempt with { File = new ObservedFile(this, file) } : attempt;
    }

    public Listing List(string directory, KnownPath? known = null)
    {
        Note();
        return files.List(directory, known);
    }

    public DirectoryStamp? Stamp(string directory)
    {
        Note();
        return files.Stamp(directory);
    }

    public bool IsLink(string path)
    {
        Note();
        return files.IsLink(path);
    }

    public string? Resolve(string path)
    {
        Note();
        return files.Resolve(path);
    }

    private void Note()
    {
        Calls++;
        BeforeCall?.Invoke();
    }

    private sealed class ObservedFile(ObservedFileSystem disk, ITailedFile file) : ITailedFile
    {
        public FileStat Stat()
        {
            disk.Note();
            return file.Stat();
        }

        public int Read(Span<byte> buffer, long offset)
        {
            disk.Note();
            return file.Read(buffer, offset);
        }

        public void Dispose() => file.Dispose();
    }
}
