using System.Runtime.InteropServices;
using Xunit;

namespace Shipper.TailShipper.Tests.Support;

/// <summary>Somebody else who may write to a directory: makes links, pipes and files of another user. Linux only.</summary>
internal static partial class Neighbor
{
    /// <summary>The user nobody.</summary>
    public const uint Nobody = 65534;

    /// <summary>Skips the test where it cannot be played.</summary>
    public static void Needed(bool asRoot = false)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "links, pipes and owners of Linux");
        Assert.SkipUnless(!asRoot || EffectiveUser() == 0, "only root can act for another account");
    }

    /// <summary>Gives a path, itself no link followed, to a user and his group.</summary>
    public static void Own(string path, uint user = Nobody) => Assert.Equal(0, ChangeOwner(path, user, user));

    /// <summary>Sets who may do what with a file, as in chmod(2).</summary>
    public static void Permit(string path, uint mode) => Assert.Equal(0, ChangeMode(path, mode));

    /// <summary>Makes a pipe, which blocks whoever opens it.</summary>
    public static void MakePipe(string path) => Assert.Equal(0, MakePipe(path, 0x1B6));

    /// <summary>Makes a character device; false where this process may not, as in most containers.</summary>
    public static bool TryMakeDevice(string path, uint major, uint minor) => MakeNode(path, 0x2000 | 0x1B6, (major << 8) | minor) == 0;

    /// <summary>Makes a second name for a file.</summary>
    public static void HardLink(string existing, string added) => Assert.Equal(0, MakeLink(existing, added));

    /// <summary>A file of any length that takes no room.</summary>
    public static void MakeSparse(string path, long length)
    {
        using var file = new FileStream(path, FileMode.CreateNew);
        file.SetLength(length);
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "chmod", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeMode(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "mknod", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeNode(string path, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeLink(string existing, string added);
}
