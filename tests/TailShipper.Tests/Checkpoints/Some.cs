using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Streams;


namespace Shipper.TailShipper.Tests.Checkpoints;

/// <summary>Checkpoints for tests that do not care which.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static StreamCheckpoint Checkpoint(
        long stream, long committed, string flow = "orders", StreamState state = StreamState.Active) => new()
        {
            Stream = new StreamId(stream),
            Flow = flow,
            Path = $"/var/log/orders/orders-{stream}.log",
            File = new FileId(0x103_00000001, (UInt128)(131_072 + stream)),
            Generation = 638_000_000_000_000_000 + stream,
            Head = new Fingerprint(1024, 0x0123_4567_89ab_cdef ^ (ulong)stream),
            Committed = committed,
            Tail = new Fingerprint((int)Math.Min(committed, 1024), (ulong)committed),
            Size = committed + 100,
            State = state,
            At = Time,
        };
}
