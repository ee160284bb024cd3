using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.TailShipper.Commands.DeadLetters;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tests.Batching;
using Shipper.TailShipper.Tests.Delivery;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Tests.Commands.DeadLetters;

/// <summary>A directory of dead letters, and a resend that can be run, and interrupted, any number of times.</summary>
internal sealed class ResendRig : IDisposable
{
    private const int PartBytes = 256 * 1024;

    // Never reached: the calls of these tests end by themselves.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(60);

    private readonly LeapingTimeProvider _clock = new(CallTimeout);
    private readonly DeadLetterFile _file;

    public ResendRig()
    {
        var space = new DeadLetterDirectory(Directory, new DeadLettersOptions { MaxFileBytes = 1 << 20 }, NullLogger.Instance);
        _file = new DeadLetterFile(space, "orders", _ => { }, _ => { }, _clock);
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("resend-").FullName;

    /// <summary>Everything that the service took, call by call, in Latin-1.</summary>
    public List<string> Taken { get; } = [];

    /// <summary>Calls of all runs.</summary>
    public int Calls { get; private set; }

    public ServiceLimits Limits { get; set; } = ServiceLimits.Firehose;

    /// <summary>Sets aside a record.</summary>
    public void Letter(string data, long at = 0, string reason = "InvalidArgumentException: no good") =>
        _file.Append(
            new DeadLetter(new StreamId(1), "/logs/app.log", new ByteSpan(at, at + data.Length), reason), Encoding.Latin1.GetBytes(data));

    /// <summary>Sets aside a line in parts, as tailing does; only the first <paramref name="parts"/> of them.</summary>
    public void Line(byte[] line, long at = 1000, string? encoding = null, int parts = int.MaxValue)
    {
        for (var part = 0; part * PartBytes < line.Length && part < parts; part++)
        {
            var piece = line.AsSpan(part * PartBytes, Math.Min(PartBytes, line.Length - (part * PartBytes)));
            var start = at + (part * PartBytes);
            var letter = new DeadLetter(new StreamId(1), "/logs/app.log", new ByteSpan(start, start + piece.Length), "part of a line")
            {
                Line = new ByteSpan(at, at + line.Length),
                Encoding = encoding,
            };
            _file.Append(letter, piece);
        }
    }

    /// <summary>Runs a resend, as a new process would.</summary>
    /// <param name="answer">
    /// Answers each call, given its number in this run and its records; may throw as if the process were killed.
    /// </param>
    /// <param name="policy">The flow's.</param>
    public async Task<ResendReport> RunAsync(
        Func<int, IReadOnlyList<string>, CallAnswer>? answer = null, OversizePolicy policy = OversizePolicy.Split)
    {
        _file.Sync();
        var client = new ScriptedClient(call =>
        {
            Calls++;
            var given = answer?.Invoke(call.Number, call.Records) ?? ScriptedClient.Accepted;
            if (given.Status == 200)
            {
                var refused = given.Refused.Select(record => record.Index).ToHashSet();
                Taken.AddRange(call.Records.Where((_, index) => !refused.Contains(index)));
            }

            return given;
        });
        using var marks = ResentDeadLetters.Load(Directory);
        marks.Begin(_clock.GetUtcNow());
        var destination = new Destination(DestinationKind.Firehose, "stream");
        var calls = new ResendCalls(client, destination, CallTimeout, TimeSpan.FromMinutes(2), () => 0.5, _clock);
        var run = new FlowResend(policy, Limits, chain: null, Workbench.NewBatch(limits: Limits), calls, marks, _clock);
        var store = new DeadLetterStore(Directory);
        var present = new HashSet<string>();
        foreach (var letter in store.Read())
        {
            present.Add(letter.Id);
            await run.AddAsync(letter, CancellationToken.None);
        }

        await run.EndAsync(CancellationToken.None);
        marks.Compact(present, _clock.GetUtcNow());
        return run.Report;
    }

    public void Dispose()
    {
        _file.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
