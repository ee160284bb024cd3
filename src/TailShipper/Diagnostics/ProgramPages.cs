using System.Globalization;
using System.Runtime.InteropServices;

namespace Shipper.TailShipper.Diagnostics;

/// <summary>
/// Takes the program's own pages out of memory that only its start needed: parsing the configuration, the command line, the first scan.
/// They stay in the page cache, and whatever is used again is mapped again from there, 64 KiB at a time.
/// </summary>
internal static partial class ProgramPages
{
    private const int DontNeed = 4; // of every Linux

    /// <summary>Does it, where the system is Linux; else, and where nothing can be known of a mapping, nothing.</summary>
    /// <returns>Bytes that were resident and were let go; what is in use comes back at once.</returns>
    public static long Release()
    {
        try
        {
            return OperatingSystem.IsLinux() ? Release(File.ReadLines("/proc/self/smaps")) : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0; // they only take memory
        }
    }

    private static long Release(IEnumerable<string> smaps)
    {
        var bytes = 0L;
        foreach (var mapping in Unchanged(smaps).ToList())
        {
            bytes += Advise((nint)mapping.Start, (nuint)mapping.Length, DontNeed) == 0 ? mapping.ResidentBytes : 0;
        }

        return bytes;
    }

    /// <summary>
    /// Those mappings of files that cannot be written and of which no page differs from the file, which can therefore be read again. Pages
    /// that the loader relocated would be lost: they count as anonymous.
    /// </summary>
    /// <param name="smaps">The lines of /proc/PID/smaps.</param>
    /// <remarks>man 5 proc_pid_smaps; man 2 madvise, "DONTNEED".</remarks>
    internal static IEnumerable<ProgramMapping> Unchanged(IEnumerable<string> smaps)
    {
        ProgramMapping? found = null;
        foreach (var line in smaps)
        {
            // Names of figures begin with a capital. There are thousands of them: only those that are asked for are taken apart.
            if (line is [not (>= 'A' and <= 'Z'), ..])
            {
                // 56460b291000-56460ba71000 r--p 00000000 fe:00 12345 /usr/bin/tailshipper
                found = null;
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                var dash = line.IndexOf('-', StringComparison.Ordinal);
                if (dash > 0 && fields is [_, ['r', '-', _, 'p'], _, _, not "0", ['/', ..], ..]
                    && Address(fields[0].AsSpan(0, dash)) is { } start && Address(fields[0].AsSpan(dash + 1)) is { } end)
                {
                    found = new(start, end - start, 0);
                }
            }
            else if (found is { } mapping && Kilobytes(line, "Rss:") is { } resident)
            {
                found = mapping with { ResidentBytes = resident * 1024 };
            }
            else if (found is { } known && Kilobytes(line, "Anonymous:") is { } changed)
            {
                found = null;
                if (changed == 0 && known.ResidentBytes > 0)
                {
                    yield return known;
                }
            }
        }
    }

    private static long? Kilobytes(string line, string name) =>
        line.StartsWith(name, StringComparison.Ordinal) && line.EndsWith(" kB", StringComparison.Ordinal)
            && long.TryParse(line.AsSpan()[name.Length..^3].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                ? size
                : null;

    private static ulong? Address(ReadOnlySpan<char> digits) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var address) ? address : null;

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);
}

/// <summary>A mapping of a file.</summary>
/// <param name="Start">Its first address.</param>
/// <param name="Length">In bytes.</param>
/// <param name="ResidentBytes">Of these in memory.</param>
internal readonly record struct ProgramMapping(ulong Start, ulong Length, long ResidentBytes);
