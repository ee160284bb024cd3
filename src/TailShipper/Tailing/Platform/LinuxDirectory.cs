using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Shipper.TailShipper.Tailing.Platform;

/// <summary>readdir(3), whose entries tell links and directories without a look at each; realpath(3).</summary>
internal static unsafe partial class LinuxDirectory
{
    // struct dirent of glibc and musl on 64-bit machines: d_ino, d_off, d_reclen, d_type, d_name.
    private const int TypeOffset = 18;
    private const int NameOffset = 19;
    private const byte TypeUnknown = 0;
    private const byte TypeDirectory = 4;
    private const byte TypeLink = 10;

    /// <summary>Names and kinds of what lies in a directory.</summary>
    public static Listing List(string directory)
    {
        var stream = OpenDirectory(directory);
        if (stream == 0)
        {
            var (sight, reason) = LinuxFile.Explain(Marshal.GetLastPInvokeError());
            return new Listing(sight, [], reason);
        }

        try
        {
            var entries = new List<DirectoryEntry>();
            while (true)
            {
                Marshal.SetLastSystemError(0);
                var entry = (byte*)ReadDirectory(stream);
                if (entry is null)
                {
                    var error = Marshal.GetLastPInvokeError();
                    return error == 0
                        ? new Listing(Sight.File, entries)
                        : new Listing(Sight.Unavailable, [], Marshal.GetPInvokeErrorMessage(error));
                }

                if (Utf8StringMarshaller.ConvertToManaged(entry + NameOffset) is { Length: > 0 } name && name is not "." and not "..")
                {
                    entries.Add(Classify(directory, name, entry[TypeOffset]));
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
        var text = Utf8StringMarshaller.ConvertToManaged((byte*)resolved);
        NativeMemory.Free((void*)resolved);
        return text;
    }

    private static DirectoryEntry Classify(string directory, string name, byte type)
    {
        if (type is not TypeUnknown and not TypeLink)
        {
            return new DirectoryEntry(name, type == TypeDirectory);
        }

        var path = Path.Join(directory, name);
        return new DirectoryEntry(name, LinuxFile.IsDirectory(path), type == TypeLink || LinuxFile.IsLink(path));
    }

    [LibraryImport("libc", EntryPoint = "opendir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenDirectory(string path);

    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    private static partial nint ReadDirectory(nint stream);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseDirectory(nint stream);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, nint buffer);
}
