using static System.FormattableString;

namespace Shipper.LocalPipeline.Verification;

/// <summary>
/// Compares the lines written with the lines delivered, as multisets, in bounded memory. A first pass over all files compares the
/// <see cref="MultisetHash"/> of each partition; without loss and duplicates, all are equal. Further passes count every line of
/// the partitions that differ, as many of them at a time as fit into memory.
/// </summary>
/// <param name="partitionBits">There are 2^n partitions; by default, a missing line means counting a 4096th of the lines.</param>
/// <param name="linesAtOnce">Number of lines whose hashes are in memory at the same time, about 64 bytes each.</param>
internal sealed class Verifier(int partitionBits = 12, long linesAtOnce = 2_000_000)
{
    /// <summary>Compares the lines of two sets of files.</summary>
    /// <param name="written">The log files.</param>
    /// <param name="delivered">The objects.</param>
    /// <param name="progress">Receives the progress, once per block.</param>
    /// <param name="cancellation">Ends the comparison early.</param>
    /// <exception cref="OperationCanceledException">The comparison was canceled.</exception>
    /// <exception cref="InvalidDataException">An object is damaged gzip.</exception>
    public VerificationResult Compare(
        IReadOnlyList<string> written,
        IReadOnlyList<string> delivered,
        IProgress<VerificationProgress>? progress,
        CancellationToken cancellation)
    {
        var meter = new ProgressMeter(progress);
        var (input, output) = (new MultisetHash(partitionBits), new MultisetHash(partitionBits));
        ReadAll(written, input.Add, meter, cancellation);
        ReadAll(delivered, output.Add, meter, cancellation);

        long duplicate = 0, loss = 0, unexpected = 0;
        foreach (var partitions in Differing(input, output))
        {
            meter.NextPass();
            var lines = new Dictionary<UInt128, LineCounts>();
            ReadAll(written, hash => Count(hash, new(1, 0)), meter, cancellation);
            ReadAll(delivered, hash => Count(hash, new(0, 1)), meter, cancellation);
            foreach (var counts in lines.Values)
            {
                loss += Math.Max(0, counts.Written - counts.Delivered);
                var excess = Math.Max(0, counts.Delivered - counts.Written);
                duplicate += counts.Written > 0 ? excess : 0;
                unexpected += counts.Written > 0 ? 0 : excess;
            }

            void Count(UInt128 hash, LineCounts one)
            {
                if (partitions.Contains(input.PartitionOf(hash)))
                {
                    lines[hash] = lines.GetValueOrDefault(hash) + one;
                }
            }
        }

        return new VerificationResult(input.Lines, output.Lines, duplicate, loss, unexpected);
    }

    private IEnumerable<HashSet<int>> Differing(MultisetHash input, MultisetHash output)
    {
        var partitions = new HashSet<int>();
        long lines = 0;
        for (var partition = 0; partition < input.Partitions; partition++)
        {
            if (input.Matches(output, partition))
            {
                continue;
            }

            var more = input.LinesIn(partition) + output.LinesIn(partition);
            if (partitions.Count > 0 && lines + more > linesAtOnce)
            {
                yield return partitions;
                (partitions, lines) = ([], 0);
            }

            partitions.Add(partition);
            lines += more;
        }

        if (partitions.Count > 0)
        {
            yield return partitions;
        }
    }

    private static void ReadAll(
        IReadOnlyList<string> files, Action<UInt128> add, ProgressMeter meter, CancellationToken cancellation)
    {
        foreach (var file in files)
        {
            LineFile.Read(
                file,
                line =>
                {
                    add(LineHash.Of(line));
                    meter.Line();
                },
                meter.Bytes,
                cancellation);
        }
    }

    private readonly record struct LineCounts(long Written, long Delivered)
    {
        public static LineCounts operator +(LineCounts left, LineCounts right) =>
            new(left.Written + right.Written, left.Delivered + right.Delivered);
    }

    /// <summary>Counts what is read and reports it once per block.</summary>
    private sealed class ProgressMeter(IProgress<VerificationProgress>? progress)
    {
        private int _pass = 1;
        private long _lines;
        private long _bytes;

        public void Line() => _lines++;

        public void Bytes(int count)
        {
            _bytes += count;
            progress?.Report(new VerificationProgress(_pass, _lines, _bytes));
        }

        public void NextPass() => _pass++;
    }
}

/// <summary>The progress of a comparison.</summary>
/// <param name="Pass">1 for the pass that compares hashes, higher for the passes that count lines.</param>
/// <param name="Lines">Lines read, in all passes.</param>
/// <param name="Bytes">Uncompressed bytes read, in all passes.</param>
internal readonly record struct VerificationProgress(int Pass, long Lines, long Bytes);

/// <summary>The result of a comparison. Equal lines are counted as often as they were written.</summary>
/// <param name="Input">Lines written.</param>
/// <param name="Delivered">Lines in the objects.</param>
/// <param name="Duplicate">Lines delivered more often than written: the excess.</param>
/// <param name="Loss">Lines delivered less often than written: the missing ones.</param>
/// <param name="Unexpected">Lines in the objects that were never written: torn or altered ones.</param>
internal readonly record struct VerificationResult(long Input, long Delivered, long Duplicate, long Loss, long Unexpected)
{
    /// <summary>Lines written that were delivered, without duplicates.</summary>
    public long Unique => Input - Loss;

    /// <summary>The verdict in one line.</summary>
    public string Line
    {
        get
        {
            // Rounded up, so that a loss is never shown as 0.00.
            var share = Input == 0 ? 0 : Math.Ceiling(10_000.0 * Loss / Input) / 100;
            return Invariant($"input {Input}, unique {Unique}, duplicate {Duplicate}, loss {Loss} ({share:F2} %)");
        }
    }
}
