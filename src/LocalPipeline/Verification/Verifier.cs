using System.Globalization;
using Shipper.LocalPipeline.Running;

namespace Shipper.LocalPipeline.Verification;

/// <summary>
/// Compares the lines written with the lines that landed, as multisets, in bounded memory. One reading of everything
/// settles every share of the hash space whose tallies agree, which is all of them when all went well; further readings
/// look closely at the others, as many shares at a time as fit into memory.
/// </summary>
/// <param name="shareBits">2^n shares; the default looks at a 4096th when one line is missing.</param>
/// <param name="linesAtOnce">Lines whose hashes are in memory at the same time, some 64 bytes each.</param>
internal sealed class Verifier(int shareBits = 12, long linesAtOnce = 2_000_000)
{
    /// <summary>Compares the lines of two sets of files.</summary>
    /// <param name="written">The files that the generator wrote.</param>
    /// <param name="landed">The objects.</param>
    /// <param name="progress">Is told often what was done.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    /// <exception cref="InvalidDataException">An object is damaged gzip.</exception>
    public VerificationResult Compare(
        IReadOnlyList<string> written, IReadOnlyList<string> landed, IProgress<VerificationProgress>? progress, CancellationToken cancellation)
    {
        var meter = new VerificationMeter(progress);
        var (input, output) = (new Tally(shareBits), new Tally(shareBits));
        ReadAll(written, input.Add, meter, cancellation);
        ReadAll(landed, output.Add, meter, cancellation);

        long duplicate = 0, loss = 0, foreign = 0;
        foreach (var shares in Unequal(input, output))
        {
            meter.NextPass();
            var lines = new Dictionary<UInt128, LineCounts>();
            ReadAll(written, hash => Count(lines, hash, new(1, 0)), meter, cancellation);
            ReadAll(landed, hash => Count(lines, hash, new(0, 1)), meter, cancellation);
            foreach (var counts in lines.Values)
            {
                loss += Math.Max(0, counts.Written - counts.Landed);
                var excess = Math.Max(0, counts.Landed - counts.Written);
                duplicate += counts.Written > 0 ? excess : 0;
                foreign += counts.Written > 0 ? 0 : excess;
            }

            void Count(Dictionary<UInt128, LineCounts> into, UInt128 hash, LineCounts one)
            {
                if (shares.Contains(input.ShareOf(hash)))
                {
                    into[hash] = into.GetValueOrDefault(hash) + one;
                }
            }
        }

        return new VerificationResult(input.Lines, output.Lines, duplicate, loss, foreign);
    }

    private IEnumerable<HashSet<int>> Unequal(Tally input, Tally output)
    {
        var shares = new HashSet<int>();
        long lines = 0;
        for (var share = 0; share < input.Shares; share++)
        {
            if (input.Matches(output, share))
            {
                continue;
            }

            var more = input.LinesIn(share) + output.LinesIn(share);
            if (shares.Count > 0 && lines + more > linesAtOnce)
            {
                yield return shares;
                (shares, lines) = ([], 0);
            }

            shares.Add(share);
            lines += more;
        }

        if (shares.Count > 0)
        {
            yield return shares;
        }
    }

    private static void ReadAll(IReadOnlyList<string> files, Action<UInt128> take, VerificationMeter meter, CancellationToken cancellation)
    {
        foreach (var file in files)
        {
            LineFile.Read(
                file,
                line =>
                {
                    take(LineHash.Of(line));
                    meter.Line();
                },
                meter.Bytes,
                cancellation);
        }
    }
}

/// <summary>What became of the lines that were written. Lines with the same bytes are counted as often as they were written.</summary>
/// <param name="Input">Lines written.</param>
/// <param name="Landed">All lines in the objects.</param>
/// <param name="Duplicate">Lines that landed more often than they were written: the excess.</param>
/// <param name="Loss">Lines that landed less often than they were written: what is missing.</param>
/// <param name="Foreign">Lines in the objects that nobody wrote: torn or altered ones.</param>
internal readonly record struct VerificationResult(long Input, long Landed, long Duplicate, long Loss, long Foreign)
{
    /// <summary>Lines written that landed, repeats not counted.</summary>
    public long Unique => Input - Loss;

    /// <summary>The one line that says it all.</summary>
    public string Line
    {
        get
        {
            // Rounded up: a loss never reads as 0.00.
            var share = Input == 0 ? 0 : Math.Ceiling(10_000.0 * Loss / Input) / 100;
            return string.Create(CultureInfo.InvariantCulture, $"input {Input}, unique {Unique}, duplicate {Duplicate}, loss {Loss} ({share:F2} %)");
        }
    }

}

/// <summary>How far a comparison is.</summary>
/// <param name="Pass">1 for the reading that compares tallies, more for those that look closely.</param>
/// <param name="Lines">Lines read, in all passes.</param>
/// <param name="Bytes">Unpacked bytes read, in all passes.</param>
internal readonly record struct VerificationProgress(int Pass, long Lines, long Bytes);

/// <summary>Counts what a comparison reads, and tells of it once per block.</summary>
internal sealed class VerificationMeter(IProgress<VerificationProgress>? progress)
{
    private int _pass = 1;
    private long _lines;
    private long _bytes;

    /// <summary>Counts a line.</summary>
    public void Line() => _lines++;

    /// <summary>Counts the bytes of a block, and tells.</summary>
    public void Bytes(int count)
    {
        _bytes += count;
        progress?.Report(new VerificationProgress(_pass, _lines, _bytes));
    }

    /// <summary>Another reading begins.</summary>
    public void NextPass() => _pass++;
}

/// <summary>How often one line was written and how often it landed.</summary>
internal readonly record struct LineCounts(long Written, long Landed)
{
    /// <summary>Both together.</summary>
    public static LineCounts operator +(LineCounts left, LineCounts right) => new(left.Written + right.Written, left.Landed + right.Landed);
}
