using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>readdir(3), whose entries tell links and directories apart without a stat of each; realpath(3).</summary>
internal static unsafe partial class LinuxDirectory
{
    // struct dirent of glibc and musl on 64-bit machines: d_ino, d_off, d_reclen, d_type, d_name.
    private const int TypeOffset = 18;
    private const int NameOffset = 19;
    private const byte TypeUnknown = 0;
    private const byte TypeDirectory = 4;
    private const byte TypeLink = 10;

    // NAME_MAX, in bytes, of nearly all file systems: few names have more characters.
    private const int LongName = 255;

    // Entries in one piece: larger arrays would be given back by full collections only, and there is a scan every half minute.
    private const int PieceLength = 4096;

    /// <summary>What lies in a directory, and of which kind.</summary>
    public static Listing List(string directory, KnownPath? known)
    {
        var stream = OpenDirectory(directory);
        if (stream == 0)
        {
            var (status, reason) = LinuxFile.Explain(Marshal.GetLastPInvokeError());
            return new Listing(status, [], reason);
        }

        try
        {
            List<List<DirectoryEntry>> pieces = [[]];
            var path = new char[directory.Length + 1 + LongName];
            directory.CopyTo(path);
            var stem = directory.EndsWith('/') ? directory.Length : directory.Length + 1;
            path[stem - 1] = '/';
            while (true)
            {
                Marshal.SetLastSystemError(0);
                var entry = (byte*)ReadDirectory(stream);
                if (entry is null)
                {
                    var error = Marshal.GetLastPInvokeError();
                    return error == 0
                        ? new Listing(PathStatus.File, pieces.SelectMany(piece => piece))
                        : new Listing(PathStatus.Unavailable, [], Marshal.GetPInvokeErrorMessage(error));
                }

                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameOffset);
                if (LinuxNames.MaxLength(name.Length) > path.Length - stem)
                {
                    Array.Resize(ref path, stem + LinuxNames.MaxLength(name.Length));
                }

                var length = stem + LinuxNames.Decode(name, path.AsSpan(stem));
                if (path.AsSpan(stem..length) is not [] and not ['.'] and not ['.', '.'])
                {
                    if (pieces[^1].Count == PieceLength)
                    {
                        pieces.Add(new(PieceLength));
                    }

                    var full = path.AsSpan(0, length);
                    pieces[^1].Add(Classify(known?.Invoke(full) ?? full.ToString(), entry[TypeOffset]));
                }
            }
        }
        finally
        {
            _ = CloseDirectory(stream);
        }
    }

    /// <summary>The path without links; null when it leads nowhere or cannot be followed.</summary>
    public static string? Resolve(string path)
    {
        var resolved = RealPath(path, 0);
        var text = resolved == 0 ? null : LinuxNames.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)resolved));
        NativeMemory.Free((void*)resolved);
        return text;
    }

    private static DirectoryEntry Classify(string path, byte type) => type is not TypeUnknown and not TypeLink
        ? new DirectoryEntry(path, type == TypeDirectory)
        : new DirectoryEntry(path, LinuxFile.IsDirectory(path), type == TypeLink || LinuxFile.IsLink(path));

    [LibraryImport("libc", EntryPoint = "opendir", SetLastError = true)]
    private static partial nint OpenDirectory([MarshalUsing(typeof(LinuxPathMarshaller))] string path);

    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    private static partial nint ReadDirectory(nint stream);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseDirectory(nint stream);

    [LibraryImport("libc", EntryPoint = "realpath")]
    private static partial nint RealPath([MarshalUsing(typeof(LinuxPathMarshaller))] string path, nint buffer);
}
