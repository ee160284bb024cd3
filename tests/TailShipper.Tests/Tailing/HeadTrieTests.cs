using System.Text;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Which files begin with all of a file, and which it begins with, compared with asking each of them.</summary>
public sealed class HeadTrieTests
{
    private readonly HeadTrie _trie = new();
    private readonly Dictionary<TailedStream, byte[]> _files = [];
    private readonly Beginning _own = new();
    private readonly Beginning _other = new();
    private int _reads;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_files_are_found_as_by_asking_each(int seed)
    {
        var random = new Random(seed);
        for (var step = 0; step < 3000; step++)
        {
            if (_files.Count > 60 || (_files.Count > 0 && random.Next(3) == 0))
            {
                var gone = _files.Keys.ElementAt(random.Next(_files.Count));
                _trie.Remove(gone);
                _files.Remove(gone);
                Assert.Null(gone.Place);
            }
            else
            {
                Add(Bytes(random));
            }

            Check(Bytes(random));
        }
    }

    [Fact]
    public void Files_that_are_equal_share_a_place_and_leave_it_one_by_one()
    {
        var streams = Enumerable.Range(0, 5).Select(_ => Add("same"u8.ToArray())).ToList();
        Assert.Single(streams.Select(stream => stream.Place).Distinct());
        foreach (var stream in (TailedStream[])[streams[2], streams[4], streams[0], streams[3]])
        {
            _trie.Remove(stream);
            _files.Remove(stream);
            Check("same"u8.ToArray());
        }

        Assert.True(streams[1].Place!.IsOnly(streams[1]));
    }

    [Fact]
    public void A_search_reads_one_file_however_many_there_are()
    {
        for (var file = 0; file < 2000; file++)
        {
            Add(Encoding.ASCII.GetBytes($"the same beginning, and then {file}"));
        }

        _reads = 0;
        Find(Encoding.ASCII.GetBytes("the same beginning, and then 1999 and more"));
        Assert.Equal(1, _reads);
    }

    [Fact]
    public void A_file_that_was_rewritten_since_leads_nobody_astray()
    {
        var stream = Add("aaaa"u8.ToArray());
        Add("bbbb"u8.ToArray());
        Add("bbcc"u8.ToArray());
        _files[stream] = "bbbb"u8.ToArray();
        var found = Find("aaaab"u8.ToArray());
        Assert.Contains(stream, found); // it may be a copy of what that was
        Assert.False(_trie.Add(Stream(), Reset("aaab"u8.ToArray()), Read));
    }

    [Fact]
    public void Files_that_are_equal_for_long_enough_count_as_equal()
    {
        var first = Add([.. new byte[HeadTrie.MaxLength], 1]);
        var second = Add([.. new byte[HeadTrie.MaxLength], 2, 3]);
        Assert.Same(first.Place, second.Place);
        Check([.. new byte[HeadTrie.MaxLength], 7]);
    }

    private static byte[] Bytes(Random random)
    {
        // Few letters, so that many begin alike, and now and then many bytes.
        var bytes = new byte[random.Next(10) == 0 ? random.Next(1, 3000) : random.Next(1, 12)];
        for (var index = Math.Max(0, bytes.Length - random.Next(12)); index < bytes.Length; index++)
        {
            bytes[index] = (byte)random.Next(random.Next(1, 3));
        }

        return bytes;
    }

    private void Check(byte[] bytes)
    {
        var found = Find(bytes);
        var expected = _files.Where(file => file.Value.AsSpan().StartsWith(bytes) || bytes.AsSpan().StartsWith(file.Value)
            || file.Value.AsSpan().CommonPrefixLength(bytes) >= HeadTrie.MaxLength).Select(file => file.Key).ToHashSet();
        Assert.Equal(expected.Count, found.Count);
        Assert.Subset(expected, found.ToHashSet());
    }

    private List<TailedStream> Find(byte[] bytes)
    {
        var places = new List<HeadTrie.Leaf>();
        _trie.Find(Reset(bytes), Read, int.MaxValue, places);
        var found = new List<TailedStream>();
        foreach (var place in places)
        {
            for (var stream = place.First; stream is not null; stream = stream.NextAlike)
            {
                found.Add(stream);
            }
        }

        return found;
    }

    private TailedStream Add(byte[] bytes)
    {
        var stream = Stream();
        _files[stream] = bytes;
        Assert.True(_trie.Add(stream, Reset(bytes), Read));
        return stream;
    }

    private static TailedStream Stream() => new(new StreamId(1), "/logs/app.log", default, 0);

    private Beginning Reset(byte[] bytes)
    {
        _own.Reset(new Held(bytes), bytes.Length);
        return _own;
    }

    private Beginning? Read(TailedStream stream, int length)
    {
        _reads++;
        _other.Reset(new Held(_files[stream]), length);
        return _other.Require(length) ? _other : null;
    }

    private sealed class Held(byte[] bytes) : ITailedFile
    {
        public FileStat Stat() => new(default, bytes.Length, 0, 0);

        public int Read(Span<byte> buffer, long offset)
        {
            var rest = bytes.AsSpan((int)Math.Min(offset, bytes.Length));
            rest = rest[..Math.Min(rest.Length, buffer.Length)];
            rest.CopyTo(buffer);
            return rest.Length;
        }

        public void Dispose()
        {
        }
    }
}
