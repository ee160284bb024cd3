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
