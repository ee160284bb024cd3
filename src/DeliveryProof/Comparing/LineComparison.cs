using System.Collections.Concurrent;
using System.Security.Cryptography;
using Shipper.DeliveryProof.Lines;
using Shipper.DeliveryProof.Partitions;

namespace Shipper.DeliveryProof.Comparing;

/// <summary>
/// Compares the lines of two sets of files or objects, each as often as it occurs, in bounded memory: everything is read once, each line
/// becomes a hash, hashes are divided into parts, and parts that differ are counted line by line.
/// </summary>
/// <param name="readers">Threads that read.</param>
/// <param name="workDirectory">Where hashes are written that do not fit into memory.</param>
/// <param name="time">The clock, for progress.</param>
/// <param name="hashesAtOnce">Different lines that are counted at a time, some 100 bytes each.</param>
internal sealed class LineComparison(int readers, string workDirectory, TimeProvider time, int hashesAtOnce = 250_000)
{
    /// <summary>How many of the first places are kept.</summary>
    public const int MostPlaces = 10;

    /// <summary>Compares.</summary>
    /// <param name="input">What was to be delivered.</param>
    /// <param name="delivered">What was.</param>
    /// <param name="progress">Receives the progress, some ten times a second.</param>
    /// <param name="stopping">Ends it early.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    /// <exception cref="IOException">The working directory cannot be written.</exception>
    public ComparisonResult Compare(
        IReadOnlyList<ILineContent> input,
        IReadOnlyList<ILineContent> delivered,
        IProgress<ComparisonProgress>? progress,
        CancellationToken stopping)
    {
        var contents = input.Concat(delivered).ToList();
        var meter = new ProgressMeter(progress, contents.Sum(content => content.Bytes), time);
        using var partitions = new LinePartitions(workDirectory);
        var problems = Read(partitions, contents, input.Count, meter, stopping);
        var counting = new PartCounting(partitions, input.Count, hashesAtOnce);
        meter.BeginCounting();
        for (var part = 0; part < LinePartitions.Count; part++)
        {
            stopping.ThrowIfCancellationRequested();
            if (!partitions.IsEqual(part))
            {
                counting.Count(part);
            }

            meter.PartDone();
        }

        meter.Done();
        var parts = Enumerable.Range(0, LinePartitions.Count);
        return counting.Result(
            parts.Sum(part => partitions.LinesIn(part, 0)),
            parts.Sum(part => partitions.LinesIn(part, 1)),
            contents,
            [
                .. problems.OrderBy(problem => problem.Item)
                    .Select(problem => new ComparisonProblem(contents[problem.Item].Name, problem.Text)),
            ]);
    }

    private List<(int Item, string Text)> Read(
        LinePartitions partitions, List<ILineContent> contents, int inputs, ProgressMeter meter, CancellationToken stopping)
    {
        var hash = new LineHash(RandomNumberGenerator.GetBytes(16));
        var problems = new ConcurrentBag<(int, string)>();
        var order = Alternating(contents, inputs);
        var next = -1;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var sinks = Enumerable.Range(0, Math.Max(1, Math.Min(readers, contents.Count)))
            .Select(_ => new HashingSink(partitions.AddWriter(), hash, inputs, meter, problems)).ToList();
        var threads = sinks.Select(sink => Task.Factory.StartNew(
            () => ReadSome(sink), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        Task.WhenAll(threads).GetAwaiter().GetResult();
        return [.. problems];

        void ReadSome(HashingSink sink)
        {
            try
            {
                for (var turn = Interlocked.Increment(ref next); turn < order.Count; turn = Interlocked.Increment(ref next))
                {
                    ended.Token.ThrowIfCancellationRequested();
                    ReadOne(sink, order[turn]);
                }
            }
            catch
            {
                ended.Cancel(); // the others need not go on
                throw;
            }
        }

        void ReadOne(HashingSink sink, int item)
        {
            sink.Begin(item);
            try
            {
                contents[item].Read(sink, ended.Token);
            }
            catch (Exception exception) when (!sink.HasFailed && exception is IOException or UnauthorizedAccessException)
            {
                sink.Problem(exception.Message.TrimEnd('.'));
            }

            sink.End();
        }
    }

    // Both sides proceed evenly, so that what is left takes as long for each byte as what is done: of objects a byte takes longer.
    private static List<int> Alternating(List<ILineContent> contents, int inputs)
    {
        var at = new double[contents.Count];
        foreach (var (first, end) in (ReadOnlySpan<(int, int)>)[(0, inputs), (inputs, contents.Count)])
        {
            var before = 0L;
            for (var item = first; item < end; item++)
            {
                before += contents[item].Bytes;
                at[item] = before;
            }

            for (var item = first; item < end && before > 0; item++)
            {
                at[item] /= before;
            }
        }

        return [.. Enumerable.Range(0, contents.Count).OrderBy(item => at[item])];
    }

    /// <summary>Hashes the lines that one thread reads.</summary>
    private sealed class HashingSink(
        LinePartitions.Writer writer, LineHash hash, int inputs, ProgressMeter meter, ConcurrentBag<(int Item, string Text)> problems)
        : LineSink
    {
        private int _item;
        private long _lines;
        private long _bytes;

        /// <summary>Whether the working directory failed, and not what is read.</summary>
        public bool HasFailed { get; private set; }

        public void Begin(int item) => _item = item;

        public override void Line(ReadOnlySpan<byte> line, long offset)
        {
            _lines++;
            _bytes += line.Length + 1;
            try
            {
                writer.Add(new LineEntry(hash.Of(line), _item, offset), _item < inputs ? 0 : 1);
            }
            catch (IOException)
            {
                HasFailed = true;
                throw;
            }
        }

        public override void Problem(string text) => problems.Add((_item, text));

        public override void Advance(long bytes)
        {
            meter.Add(bytes, _lines, _bytes);
            (_lines, _bytes) = (0, 0);
        }

        public void End() => Advance(0);
    }
}

/// <summary>How far a comparison is.</summary>
/// <param name="IsCounting">False while everything is read, true while parts that differ are counted.</param>
/// <param name="Done">The part that is done, 0 to 1, of the whole.</param>
/// <param name="Lines">Lines read.</param>
/// <param name="Bytes">Bytes of these lines.</param>
/// <param name="BytesRead">Bytes read, as they are stored.</param>
/// <param name="BytesToRead">Bytes to read, as they are stored.</param>
/// <param name="TimeToGo">How long it will take from now; null while that is not known.</param>
internal readonly record struct ComparisonProgress(
    bool IsCounting, double Done, long Lines, long Bytes, long BytesRead, long BytesToRead, TimeSpan? TimeToGo);

/// <summary>Adds up what threads read, and reports it now and then.</summary>
internal sealed class ProgressMeter(IProgress<ComparisonProgress>? progress, long bytesToRead, TimeProvider time)
{
    // Counting takes at most about a fifth of the time, when every part differs.
    private const double ShareOfReading = 0.85;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();
    private long _reported = long.MinValue;
    private long _lines;
    private long _bytes;
    private long _read;
    private int _parts;
    private bool _isCounting;

    /// <summary>More was read.</summary>
    public void Add(long stored, long lines, long bytes)
    {
        lock (_lock)
        {
            (_read, _lines, _bytes) = (_read + stored, _lines + lines, _bytes + bytes);
            Report(always: false);
        }
    }

    /// <summary>Everything is read.</summary>
    public void BeginCounting()
    {
        lock (_lock)
        {
            Report(always: true);
            _isCounting = true;
        }
    }

    /// <summary>One more part is done.</summary>
    public void PartDone()
    {
        lock (_lock)
        {
            _parts++;
            Report(always: false);
        }
    }

    /// <summary>All is done.</summary>
    public void Done()
    {
        lock (_lock)
        {
            Report(always: true);
        }
    }

    private void Report(bool always)
    {
        var now = time.GetTimestamp();
        if (progress is null || (!always && _reported != long.MinValue && time.GetElapsedTime(_reported, now) < Interval))
        {
            return;
        }

        _reported = now;
        var reading = bytesToRead == 0 ? 1 : Math.Min(1, (double)_read / bytesToRead);
        var done = _isCounting
            ? ShareOfReading + ((1 - ShareOfReading) * _parts / LinePartitions.Count)
            : ShareOfReading * reading;
        var elapsed = time.GetElapsedTime(_started, now);
        TimeSpan? toGo = elapsed < Settled || done <= 0 ? null : elapsed * ((1 - done) / done);
        progress.Report(new ComparisonProgress(_isCounting, done, _lines, _bytes, _read, bytesToRead, toGo));
    }
}
