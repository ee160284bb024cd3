using System.Text;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Recovery.Archives;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing.Archives;

public sealed class GzipFileTests
{
    private readonly SimulatedDisk _disk = new(new SimulatedClock());

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(70_000)]
    [InlineData(3_000_000)]
    public void Any_stretch_reads_as_it_was_before_compression(int length)
    {
        var content = Text(length);
        using var file = Measured(SimulatedDisk.Gzip(content));
        Assert.Equal(length, file.Stat().Size);
        var random = new Random(length);
        for (var look = 0; look < 40; look++)
        {
            var offset = random.Next(length + 10);
            var buffer = new byte[random.Next(1, 300_000)];
            var filled = FileContent.Fill(file, buffer, offset);
            Assert.Equal(Math.Max(0, Math.Min(buffer.Length, length - offset)), filled);
            Assert.True(buffer.AsSpan(0, filled).SequenceEqual(content.AsSpan(Math.Min(offset, length), filled)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8192)]
    [InlineData(int.MaxValue)]
    public void An_archive_of_several_members_is_one_content(int longestRead)
    {
        var content = Text(100_000);
        _disk.LongestRead = longestRead;
        using var file = Measured([.. SimulatedDisk.Gzip(content.AsSpan(0, 33_333)), .. SimulatedDisk.Gzip(content.AsSpan(33_333, 1)),
            .. SimulatedDisk.Gzip(content.AsSpan(33_334))]);
        var read = new byte[content.Length + 1];
        Assert.Equal(content.Length, FileContent.Fill(file, read, 0));
        Assert.True(read.AsSpan(0, content.Length).SequenceEqual(content));
    }

    [Fact]
    public void An_archive_that_is_cut_off_anywhere_is_not_taken_for_whole()
    {
        var whole = SimulatedDisk.Gzip(Text(30_000));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<ArchiveUnusableException>(() => Measured(whole[..length]));
        }

        for (var length = 1; length < whole.Length; length++)
        {
            Assert.Throws<ArchiveUnusableException>(() => Measured([.. whole, .. whole[..length]]));
        }
    }

    [Fact]
    public void A_flipped_bit_is_found_and_what_is_not_gzip_is_refused()
    {
        var content = Text(3_000);
        var whole = SimulatedDisk.Gzip(content);
        var (found, harmless) = (0, 0);
        for (var at = 10; at < whole.Length; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;
            try
            {
                // Bits between the last block and the checksum say nothing.
                using var file = Measured(damaged);
                var read = new byte[content.Length + 1];
                Assert.Equal(content.Length, FileContent.Fill(file, read, 0));
                Assert.True(read.AsSpan(0, content.Length).SequenceEqual(content));
                harmless++;
            }
            catch (ArchiveUnusableException)
            {
                found++;
            }
        }

        Assert.InRange(harmless, 0, 7);
        Assert.Equal(whole.Length - 10, found + harmless);

        Assert.Throws<ArchiveUnusableException>(() => Measured("just a log line\n"u8.ToArray()));
        Assert.Throws<ArchiveUnusableException>(() => Measured([.. whole, .. "something behind it"u8]));
    }

    [Fact]
    public void Reading_to_the_end_and_settling_behind_decompresses_it_a_few_times_only()
    {
        var content = Text(20_000_000);
        using var file = Measured(SimulatedDisk.Gzip(content));
        var budget = long.MaxValue;
        Assert.True(file.TryBegin(5_000_000, ref budget));
        var before = _disk.Calls;
        var buffer = new byte[262_144 + 1024];
        for (var offset = 5_000_000; offset < content.Length; offset += 200_000)
        {
            var filled = FileContent.Fill(file, buffer, offset - 1024);
            Assert.True(buffer.AsSpan(0, filled).SequenceEqual(content.AsSpan(offset - 1024, filled)));
            Assert.Equal(Fingerprint.Of(content.AsSpan(Math.Max(5_000_000, offset - 4_000_000) - 1024, 1024)),
                FileContent.Before(file, Math.Max(5_000_000, offset - 4_000_000)));
            Assert.Equal(Fingerprint.Of(content.AsSpan(0, 1024)), FileContent.At(file, 0, 1024));
        }

        var whole = SimulatedDisk.Gzip(content).Length / 8192;
        Assert.InRange(_disk.Calls - before, 1, 3 * whole);
    }

    [Fact]
    public void A_gigabyte_in_a_megabyte_takes_no_more_memory_than_any_other()
    {
        var zeros = new byte[1 << 20];
        using var archive = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(archive, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var piece = 0; piece < 1024; piece++)
            {
                gzip.Write(zeros);
            }
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        using var file = Measured(archive.ToArray());
        Assert.Equal(1L << 30, file.Stat().Size);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void A_step_decompresses_no_more_than_its_budget()
    {
        using var file = Opened(SimulatedDisk.Gzip(Text(5_000_000)));
        var steps = 0;
        for (var done = false; !done; steps++)
        {
            var budget = 1_000_000L;
            done = file.TryMeasure(ref budget);
            Assert.InRange(budget, -65_536, 1_000_000);
        }

        Assert.InRange(steps, 5, 6);
    }

    [Fact]
    public void A_failing_disk_is_no_damage_and_reading_goes_on_where_it_was()
    {
        var content = Text(500_000);
        using var file = Opened(SimulatedDisk.Gzip(content));
        var reads = 0;
        _disk.Fault = (operation, _) => operation == DiskOperation.Read && ++reads % 2 == 0 ? "Input/output error" : null;
        var read = new byte[content.Length];
        var (filled, failures) = (0, 0);
        while (filled < read.Length)
        {
            try
            {
                filled += file.Read(read.AsSpan(filled), filled);
            }
            catch (IOException exception) when (exception is not ArchiveUnusableException)
            {
                failures++;
            }
        }

        Assert.True(read.AsSpan().SequenceEqual(content));
        Assert.InRange(failures, 3, 100);
    }

    [Fact]
    public void An_archive_written_to_while_it_is_read_is_given_up()
    {
        using var file = Measured(SimulatedDisk.Gzip(Text(5000)));
        Assert.Equal(5000, file.Stat().Size);
        _disk.Append("/logs/a.gz", "more");
        Assert.Throws<ArchiveUnusableException>(() => file.Stat());
    }

    private static byte[] Text(int length)
    {
        var random = new Random(length);
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(random.Next()).Append(" order accepted\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString(0, length));
    }

    private GzipFile Measured(byte[] archive)
    {
        var file = Opened(archive);
        try
        {
            var budget = long.MaxValue;
            Assert.True(file.TryMeasure(ref budget));
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private GzipFile Opened(byte[] archive)
    {
        _disk.Create("/logs/a.gz").Content.Append(archive);
        var attempt = _disk.Open("/logs/a.gz");
        return new GzipFile(attempt.File!, attempt.Stat);
    }
}
