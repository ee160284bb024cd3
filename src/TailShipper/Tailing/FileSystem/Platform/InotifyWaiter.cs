using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>
/// A thread that waits in poll(2) for the first event after each <see cref="WakeOnNextEvent"/>, and for nothing else: while the flow is
/// busy the events stay in the kernel.
/// </summary>
internal sealed partial class InotifyWaiter : IDisposable
{
    private const short Readable = 1;

    // EFD_CLOEXEC | EFD_NONBLOCK.
    private const int EventFlags = 0x80000 | 0x800;
    private const int StackBytes = 128 * 1024;
    private static readonly byte[] One = [1, 0, 0, 0, 0, 0, 0, 0];

    private const int Names = 1;
    private const int All = 2;

    private readonly SafeFileHandle _names;
    private readonly SafeFileHandle _writes;
    private readonly SafeFileHandle _bell;
    private readonly Action _wake;
    private readonly Lock _ringing = new();
    private int _armed;
    private volatile bool _ended;

    private InotifyWaiter(SafeFileHandle names, SafeFileHandle writes, SafeFileHandle bell, Action wake) =>
        (_names, _writes, _bell, _wake) = (names, writes, bell, wake);

    /// <summary>Starts the thread; null when there is no descriptor left for it.</summary>
    public static InotifyWaiter? TryStart(SafeFileHandle names, SafeFileHandle writes, Action wake, string name)
    {
        var descriptor = CreateEvent(0, EventFlags);
        if (descriptor < 0)
        {
            return null;
        }

        var waiter = new InotifyWaiter(names, writes, new SafeFileHandle(descriptor, ownsHandle: true), wake);
        new Thread(waiter.Run, StackBytes) { IsBackground = true, Name = name }.Start();
        return waiter;
    }

    /// <summary>Calls for one wake as soon as there is an event; nothing when called for already.</summary>
    /// <param name="namesOnly">True: writes do not count, unless they were called for already.</param>
    public void WakeOnNextEvent(bool namesOnly)
    {
        var wanted = namesOnly ? Names : All;
        var armed = Volatile.Read(ref _armed);
        while (armed < wanted)
        {
            var before = Interlocked.CompareExchange(ref _armed, wanted, armed);
            if (before == armed)
            {
                Ring();
                return;
            }

            armed = before;
        }
    }

    /// <summary>Ends the thread. It lets go of its descriptors by itself.</summary>
    public void Dispose()
    {
        _ended = true;
        Ring();
    }

    private void Ring()
    {
        lock (_ringing)
        {
            if (!_bell.IsClosed)
            {
                _ = Write(_bell, One, (nuint)One.Length);
            }
        }
    }

    private void Run()
    {
        var (held, alsoHeld) = (false, false);
        try
        {
            _names.DangerousAddRef(ref held); // stay open as long as this thread may wait for them
            _writes.DangerousAddRef(ref alsoHeld);
            Span<byte> drain = stackalloc byte[8];
            Span<PollEntry> entries = [
                new() { Descriptor = (int)_bell.DangerousGetHandle(), Wanted = Readable },
                new() { Descriptor = (int)_names.DangerousGetHandle(), Wanted = Readable },
                new() { Descriptor = (int)_writes.DangerousGetHandle(), Wanted = Readable },
            ];
            while (!_ended)
            {
                var armed = Volatile.Read(ref _armed);
                if (Poll(ref entries[0], (uint)(1 + armed), -1) < 0)
                {
                    continue; // a signal
                }

                if (entries[0].Happened != 0)
                {
                    _ = Read(_bell, ref drain[0], (nuint)drain.Length);
                }

                if (!_ended && ((armed >= Names && entries[1].Happened != 0) || (armed == All && entries[2].Happened != 0)))
                {
                    Volatile.Write(ref _armed, 0);
                    _wake();
                }
            }
        }
        finally
        {
            if (held)
            {
                _names.DangerousRelease();
            }

            if (alsoHeld)
            {
                _writes.DangerousRelease();
            }

            lock (_ringing)
            {
                _bell.Dispose();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int CreateEvent(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entries, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, ref byte buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, byte[] buffer, nuint length);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }
}
