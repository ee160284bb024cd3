using System.Numerics;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>
/// The first bytes of the streams' files: which of them begin with all of a given file, and which of them a given file begins with. One
/// search costs as much with a hundred thousand streams as with one.
/// </summary>
/// <remarks>
/// A crit-bit tree (Patricia trie). It holds no bytes of any file, only at which bit two files differ; a search ends at one stream, whose
/// file is read to see how far the two agree. A byte counts as nine bits: one that says that there is a byte, and its own, the highest
/// first. So a file that ends is before all that continue it.
/// </remarks>
internal sealed class HeadTrie
{
    /// <summary>Bytes of a file that are compared at most: files that agree in so many count as equal here.</summary>
    public const int MaxLength = 8 * 1024;

    private const int BitsOfByte = 9;

    // The file of one stream may be unreadable, or other than it was; another one of those that begin alike serves as well.
    private const int MostTried = 4;

    private List<Leaf>? _prefixes; // null before the first search
    private Node? _root;

    /// <summary>Places a stream.</summary>
    /// <param name="stream">The stream; it is in no place.</param>
    /// <param name="own">The first bytes of its file, at least one.</param>
    /// <param name="read">Reads so many of the first bytes of another stream's file; null when that has fewer or cannot be read.</param>
    /// <returns>False when it has none yet, because the files beside which it belongs cannot be read.</returns>
    /// <exception cref="IOException">The stream's own file could not be read; nothing changed.</exception>
    public bool Add(TailedStream stream, Beginning own, Func<TailedStream, int, Beginning?> read)
    {
        own.Require(own.Length);
        if (_root is null)
        {
            var first = new Leaf(own.Length);
            first.Add(stream);
            _root = first;
            return true;
        }

        if (Nearest(own, read, null) is not var (leaf, shared, other))
        {
            return false;
        }

        if (shared == own.Length && shared == leaf.Length)
        {
            leaf.Add(stream);
            return true;
        }

        var bit = FirstDifference(own, other, leaf.Length, shared);
        var node = _root;
        while (node is Branch branch && branch.Bit < bit)
        {
            node = own.Bit(branch.Bit) ? branch.One : branch.Zero;
        }

        if (node is Branch { Bit: var taken } && taken == bit)
        {
            return false;
        }

        var added = new Leaf(own.Length);
        added.Add(stream);
        Insert(node, added, bit, own.Bit(bit));
        return true;
    }

    /// <summary>Takes a stream out of its place; nothing when it has none.</summary>
    public void Remove(TailedStream stream)
    {
        if (stream.Place is not { } leaf)
        {
            return;
        }

        leaf.Remove(stream);
        if (leaf.First is not null)
        {
            return;
        }

        if (leaf.Parent is not { } branch)
        {
            _root = null;
            return;
        }

        Replace(branch, branch.Zero == leaf ? branch.One : branch.Zero);
    }

    /// <summary>
    /// Finds the streams that a file and its copy could be: those whose files begin with all of it first, then those that it begins with,
    /// the longest before all.
    /// </summary>
    /// <param name="own">The first bytes of the file.</param>
    /// <param name="read">Reads so many of the first bytes of a stream's file; null when that has fewer or cannot be read.</param>
    /// <param name="most">Most groups of files that begin with all of it.</param>
    /// <param name="found">Receives groups of streams whose files are equal as far as they were known when they were placed.</param>
    /// <exception cref="IOException">The file could not be read.</exception>
    public void Find(Beginning own, Func<TailedStream, int, Beginning?> read, int most, List<Leaf> found)
    {
        found.Clear();
        var prefixes = _prefixes ??= [];
        prefixes.Clear();
        own.Require(own.Length);
        var node = _root;
        while (node is Branch branch && branch.Bit < own.Length * BitsOfByte)
        {
            if (branch.Bit % BitsOfByte == 0)
            {
                prefixes.Add(FirstLeaf(branch.Zero));
            }

            node = own.Bit(branch.Bit) ? branch.One : branch.Zero;
        }

        // A file that is not as it was may have been truncated after the copy that is asked about was made.
        if (node is null || Nearest(own, read, found) is not var (leaf, shared, _))
        {
            return;
        }

        if (shared == own.Length)
        {
            AddLeaves(node, most, found);
        }
        else if (shared == leaf.Length && !found.Contains(leaf))
        {
            found.Add(leaf);
        }

        for (var index = prefixes.Count - 1; index >= 0; index--)
        {
            if (prefixes[index].Length <= shared && !found.Contains(prefixes[index]))
            {
                found.Add(prefixes[index]);
            }
        }
    }

    /// <summary>
    /// A stream among those that share most with a file, how many bytes that is, and the bytes of its file; null when none can be read.
    /// </summary>
    private (Leaf Leaf, int Shared, Beginning Bytes)? Nearest(
        Beginning own, Func<TailedStream, int, Beginning?> read, List<Leaf>? unreadable)
    {
        var node = _root!;
        while (node is Branch branch)
        {
            node = own.Bit(branch.Bit) ? branch.One : branch.Zero;
        }

        var leaf = (Leaf)node;
        for (var tried = 0; tried < MostTried; tried++)
        {
            if (Read(leaf, read) is { } bytes)
            {
                return (leaf, own.Shared(bytes, Math.Min(own.Length, leaf.Length)), bytes);
            }

            unreadable?.Add(leaf);

            // All that is under the branch above shares what is before its bit.
            if (node.Parent is not { } above)
            {
                break;
            }

            leaf = FirstLeaf(above.Zero == node ? above.One : above.Zero);
            node = above;
        }

        return null;
    }

    /// <summary>The bytes of a stream in a place; null when none can be read, or they are others than when it was placed.</summary>
    private static Beginning? Read(Leaf leaf, Func<TailedStream, int, Beginning?> read)
    {
        var tried = 0;
        for (var stream = leaf.First; stream is not null && tried < MostTried; stream = stream.NextAlike, tried++)
        {
            if (read(stream, leaf.Length) is { } bytes && IsInPlace(leaf, bytes))
            {
                return bytes;
            }
        }

        return null;
    }

    /// <summary>True when the bits of a file still lead to its place: it was not rewritten.</summary>
    private static bool IsInPlace(Leaf leaf, Beginning bytes)
    {
        Node node = leaf;
        while (node.Parent is { } branch)
        {
            var isSet = branch.Bit / BitsOfByte < leaf.Length && bytes.Bit(branch.Bit);
            if (isSet != (branch.One == node))
            {
                return false;
            }

            node = branch;
        }

        return true;
    }

    private static Leaf FirstLeaf(Node node)
    {
        while (node is Branch branch)
        {
            node = branch.Zero;
        }

        return (Leaf)node;
    }

    private static void AddLeaves(Node top, int most, List<Leaf> found)
    {
        Node node = FirstLeaf(top);
        for (var count = 1; ; count++)
        {
            if (!found.Contains((Leaf)node))
            {
                found.Add((Leaf)node);
            }

            while (node != top && node.Parent!.One == node)
            {
                node = node.Parent;
            }

            if (node == top || count == most)
            {
                return;
            }

            node = FirstLeaf(node.Parent!.One);
        }
    }

    private static int FirstDifference(Beginning own, Beginning other, int otherLength, int shared) =>
        shared == own.Length || shared == otherLength
            ? shared * BitsOfByte
            : (shared * BitsOfByte) + 1 + BitOperations.LeadingZeroCount((uint)(own[shared] ^ other[shared])) - 24;

    private void Insert(Node at, Leaf added, int bit, bool isOne)
    {
        var branch = new Branch(bit, isOne ? at : added, isOne ? added : at);
        Replace(at, branch);
        (at.Parent, added.Parent) = (branch, branch);
    }

    /// <summary>Puts <paramref name="other"/> where <paramref name="node"/> is.</summary>
    private void Replace(Node node, Node other)
    {
        other.Parent = node.Parent;
        if (node.Parent is not { } above)
        {
            _root = other;
        }
        else if (above.Zero == node)
        {
            above.Zero = other;
        }
        else
        {
            above.One = other;
        }
    }

    /// <summary>A place in the tree.</summary>
    internal abstract class Node
    {
        /// <summary>Where it hangs; null at the root.</summary>
        public Branch? Parent { get; set; }
    }

    /// <summary>Where files differ.</summary>
    internal sealed class Branch(int bit, Node zero, Node one) : Node
    {
        /// <summary>The first bit in which what is under <see cref="Zero"/> and <see cref="One"/> differs.</summary>
        public int Bit => bit;

        /// <summary>Files that do not have the bit.</summary>
        public Node Zero { get; set; } = zero;

        /// <summary>Files that have it.</summary>
        public Node One { get; set; } = one;
    }

    /// <summary>Streams whose files are equal as far as they were known when they were placed.</summary>
    internal sealed class Leaf(int length) : Node
    {
        /// <summary>How much of the files that is, in bytes.</summary>
        public int Length => length;

        /// <summary>The first of them; the others follow by <see cref="TailedStream.NextAlike"/>.</summary>
        public TailedStream? First { get; private set; }

        /// <summary>True when there is no other beside <paramref name="stream"/>.</summary>
        public bool IsOnly(TailedStream stream) => First == stream && stream.NextAlike is null;

        /// <summary>Puts a stream before the others.</summary>
        public void Add(TailedStream stream)
        {
            First?.NoteAlike(stream, First.NextAlike);
            stream.NotePlace(this);
            stream.NoteAlike(null, First);
            First = stream;
        }

        /// <summary>Takes one out.</summary>
        public void Remove(TailedStream stream)
        {
            var (before, after) = (stream.PreviousAlike, stream.NextAlike);
            after?.NoteAlike(before, after.NextAlike);
            if (before is null)
            {
                First = after;
            }
            else
            {
                before.NoteAlike(before.PreviousAlike, after);
            }

            stream.NotePlace(null);
            stream.NoteAlike(null, null);
        }
    }
}

/// <summary>The first bytes of an open file, up to <see cref="HeadTrie.MaxLength"/>, read as far as they are asked for.</summary>
internal sealed class Beginning
{
    private byte[] _bytes = [];
    private ITailedFile? _file;
    private int _filled;

    /// <summary>How many there are.</summary>
    public int Length { get; private set; }

    /// <summary>One of them; it must have been required.</summary>
    public byte this[int index] => _bytes[index];

    /// <summary>Takes another file.</summary>
    /// <param name="file">The file; it must stay open as long as its bytes are asked for.</param>
    /// <param name="length">How many of its bytes are wanted at most.</param>
    public void Reset(ITailedFile file, long length) =>
        (_file, _filled, Length) = (file, 0, (int)Math.Min(length, HeadTrie.MaxLength));

    /// <summary>Reads up to <paramref name="length"/> bytes; a file that has fewer by now is that much shorter.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public bool Require(int length)
    {
        length = Math.Min(length, Length);
        if (length > _filled)
        {
            if (length > _bytes.Length)
            {
                Array.Resize(ref _bytes, length > Fingerprint.MaxLength ? HeadTrie.MaxLength : Fingerprint.MaxLength);
            }

            _filled += FileContent.Fill(_file!, _bytes.AsSpan(_filled, length - _filled), _filled);
            Length = _filled < length ? _filled : Length;
        }

        return _filled >= length;
    }

    /// <summary>True when they begin with this; all that there is must have been required.</summary>
    public bool BeginsWith(Fingerprint head) => head.Length <= Length && Fingerprint.Of(_bytes.AsSpan(0, head.Length)) == head;

    /// <summary>How many of the first <paramref name="most"/> bytes are those of <paramref name="other"/>; both must have been
    /// required.</summary>
    public int Shared(Beginning other, int most) => _bytes.AsSpan(0, most).CommonPrefixLength(other._bytes.AsSpan(0, most));

    /// <summary>One bit, counted as <see cref="HeadTrie"/> does; those behind the end are not set.</summary>
    public bool Bit(int bit)
    {
        var (at, of) = Math.DivRem(bit, 9);
        return at < Length && (of == 0 || (_bytes[at] & (0x100 >> of)) != 0);
    }
}
