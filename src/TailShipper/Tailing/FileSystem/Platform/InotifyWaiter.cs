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

    private readonly SafeFileHandle _queue;
    private readonly SafeFileHandle _bell;
    private readonly Action _wake;
    private readonly Lock _ringing = new();
    private int _armed;
    private volatile bool _ended;

    private InotifyWaiter(SafeFileHandle queue, SafeFileHandle bell, Action wake) => (_queue, _bell, _wake) = (queue, bell, wake);

    /// <summary>Starts the thread; null when there is no descriptor left for it.</summary>
    public static InotifyWaiter? TryStart(SafeFileHandle queue, Action wake, string name)
    {
        var descriptor = CreateEvent(0, EventFlags);
        if (descriptor < 0)
        {
            return null;
        }

        var waiter = new InotifyWaiter(queue, new SafeFileHandle(descriptor, ownsHandle: true), wake);
        new Thread(waiter.Run, StackBytes) { IsBackground = true, Name = name }.Start();
        return waiter;
    }

    /// <summary>Calls for one wake as soon as there is an event; nothing when called for already.</summary>
    public void WakeOnNextEvent()
    {
        if (Interlocked.Exchange(ref _armed, 1) == 0)
        {
            Ring();
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
        var held = false;
        try
        {
            _queue.DangerousAddRef(ref held); // stays open as long as this thread may wait for it
            Span<byte> drain = stackalloc byte[8];
            Span<PollEntry> entries = [
                new() { Descriptor = (int)_bell.DangerousGetHandle(), Wanted = Readable },
                new() { Descriptor = (int)_queue.DangerousGetHandle(), Wanted = Readable },
            ];
            while (!_ended)
            {
                var armed = Volatile.Read(ref _armed) == 1;
                if (Poll(ref entries[0], armed ? 2u : 1u, -1) < 0)
                {
                    continue; // a signal
                }

                if (entries[0].Happened != 0)
                {
                    _ = Read(_bell, ref drain[0], (nuint)drain.Length);
                }

                if (armed && entries[1].Happened != 0 && !_ended)
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
                _queue.DangerousRelease();
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
