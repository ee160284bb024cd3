using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>
/// The one thread that waits in poll(2) until something happens in a watched directory. After that it pauses a little before it waits
/// again, so that a writer that writes all the time costs next to nothing: meanwhile the events stay in the kernel, which merges them.
/// </summary>
internal sealed partial class InotifyWaiter : IDisposable
{
    private const short Readable = 1;

    // EFD_CLOEXEC | EFD_NONBLOCK.
    private const int EventFlags = 0x80000 | 0x800;
    private const int StackBytes = 128 * 1024;

    // Pauses, in ms. A name ends all but the first: what it stands for may be renamed or deleted soon. They are longer when many flows
    // were woken, so that those woken next are many, too. The kernel keeps 16,384 events: the longest pause is too short to lose any.
    private const int AfterNames = 1;
    private const int AfterWrites = 5;
    private const int AfterManyWoke = 20;
    private const int Many = 8;
    private const int WhileAllAreAwake = 20;
    private static readonly byte[] One = [1, 0, 0, 0, 0, 0, 0, 0];

    private readonly SafeFileHandle _names;
    private readonly SafeFileHandle _writes;
    private readonly SafeFileHandle _bell;
    private readonly Func<(int Woken, bool IsWaitedFor)> _drain;
    private readonly Lock _ringing = new();
    private volatile bool _isPausingLong;
    private volatile bool _ended;

    private InotifyWaiter(SafeFileHandle names, SafeFileHandle writes, SafeFileHandle bell, Func<(int Woken, bool IsWaitedFor)> drain) =>
        (_names, _writes, _bell, _drain) = (names, writes, bell, drain);

    /// <summary>Starts the thread; null, with the error, when there is no descriptor left for it.</summary>
    /// <param name="names">The instance of names.</param>
    /// <param name="writes">The instance of writes.</param>
    /// <param name="drain">Takes all events; says how many were woken, and whether anybody waits for further ones.</param>
    /// <param name="error">The error.</param>
    public static InotifyWaiter? TryStart(
        SafeFileHandle names, SafeFileHandle writes, Func<(int Woken, bool IsWaitedFor)> drain, out int error)
    {
        var descriptor = CreateEvent(0, EventFlags);
        error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (descriptor < 0)
        {
            return null;
        }

        var waiter = new InotifyWaiter(names, writes, new SafeFileHandle(descriptor, ownsHandle: true), drain);
        new Thread(waiter.Run, StackBytes) { IsBackground = true, Name = "watch" }.Start();
        return waiter;
    }

    /// <summary>Somebody waits for events from now on: ends a pause that is long because nobody did.</summary>
    public void Hurry()
    {
        if (_isPausingLong)
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
        var (held, alsoHeld) = (false, false);
        try
        {
            _names.DangerousAddRef(ref held); // stay open as long as this thread may wait for them
            _writes.DangerousAddRef(ref alsoHeld);
            Span<PollEntry> entries = [
                new() { Descriptor = (int)_bell.DangerousGetHandle(), Wanted = Readable },
                new() { Descriptor = (int)_names.DangerousGetHandle(), Wanted = Readable },
                new() { Descriptor = (int)_writes.DangerousGetHandle(), Wanted = Readable },
            ];
            while (!_ended)
            {
                entries[1].Happened = 0;
                Wait(entries, -1);
                if (_ended)
                {
                    return;
                }

                var hadNames = entries[1].Happened != 0;
                _isPausingLong = true; // before it is found out whether somebody waits
                var (woken, isWaitedFor) = _drain();
                _isPausingLong = !isWaitedFor && !hadNames;
                Wait(
                    entries[..(hadNames ? 1 : 2)],
                    hadNames ? AfterNames : woken >= Many ? AfterManyWoke : isWaitedFor ? AfterWrites : WhileAllAreAwake);
                _isPausingLong = false;
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

    private void Wait(Span<PollEntry> entries, int timeout)
    {
        if (Poll(ref entries[0], (uint)entries.Length, timeout) > 0 && entries[0].Happened != 0)
        {
            Span<byte> drain = stackalloc byte[8];
            _ = Read(_bell, ref drain[0], (nuint)drain.Length);
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
