using Shipper.TailShipper.Tailing.Identity;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>The table of <see cref="StreamMatcher"/>, row by row, without a disk: a stream is a name here.</summary>
public sealed class StreamMatcherTests
{
    [Fact]
    public void A_file_with_an_unknown_inode_is_decided_by_what_it_holds() =>
        Assert.Equal((MatchKind.UnknownInode, null), ByInode(new Evidence()));

    [Fact]
    public void An_open_or_unchanged_file_raises_no_question() =>
        Assert.Equal((MatchKind.Unchanged, "a"), ByInode(new Evidence { Holder = "a", IsHolderCurrent = true, Unreadable = "Verdict" }));

    [Fact]
    public void An_inode_alone_proves_nothing() =>
        Assert.Equal((MatchKind.Unprovable, "a"),
            ByInode(new Evidence { Holder = "a", IsHolderUnprovable = true, Unreadable = "Verdict" }));

    [Theory]
    [InlineData(FileVerdict.Same, MatchKind.Continues)]
    [InlineData(FileVerdict.Truncated, MatchKind.Truncated)]
    [InlineData(FileVerdict.Replaced, MatchKind.Replaced)]
    internal void Content_tells_what_became_of_the_file_of_a_stream(FileVerdict verdict, MatchKind kind) =>
        Assert.Equal((kind, "a"), ByInode(new Evidence { Holder = "a", HolderVerdict = verdict }));

    [Fact]
    public void A_second_name_of_a_file_just_decided_begins_no_stream() =>
        Assert.Equal((MatchKind.Taken, null), ByContent(new Evidence { IsTaken = true, Unreadable = "Homeless" }));

    [Fact]
    public void A_stream_without_a_file_continues_where_its_content_is() =>
        Assert.Equal((MatchKind.Continues, "a"), ByContent(new Evidence { Homeless = ["a"], AreOriginalsReadable = false }));

    [Fact]
    public void It_waits_while_a_longer_copy_may_be_elsewhere() =>
        Assert.Equal((MatchKind.Undecided, "a"), ByContent(new Evidence { Homeless = ["a"], MayBeOutdone = true }));

    [Fact]
    public void Nothing_is_new_while_an_original_cannot_be_read() => Assert.Equal(
        (MatchKind.Undecided, null), ByContent(new Evidence { AreOriginalsReadable = false, Unreadable = "Unopened" }));

    [Fact]
    public void What_a_closed_stream_holds_waits_until_that_is_opened() => Assert.Equal(
        (MatchKind.HeldByUnopened, "a"), ByContent(new Evidence { Unopened = ["a"], ReadPast = "b", Unreadable = "ReadPast" }));

    [Fact]
    public void A_copy_of_what_was_read_past_its_end_holds_nothing_new() =>
        Assert.Equal((MatchKind.FinishedCopy, "b"), ByContent(new Evidence { ReadPast = "b", Original = "c" }));

    [Fact]
    public void A_file_that_begins_like_an_open_one_waits_until_it_is_no_copy() =>
        Assert.Equal((MatchKind.UnfinishedCopy, "c"), ByContent(new Evidence { Original = "c" }));

    [Fact]
    public void A_file_that_nothing_ties_to_a_stream_is_new() => Assert.Equal((MatchKind.New, null), ByContent(new Evidence()));

    [Fact]
    public void A_file_that_holds_several_streams_equally_well_is_read_again()
    {
        var match = StreamMatcher.DecideByContent(new Evidence { Homeless = ["a", "b"], MayBeOutdone = true });
        Assert.Equal((MatchKind.New, null), (match.Kind, match.Stream));
        Assert.Equal(["a", "b"], match.Streams);
    }

    [Fact]
    public void A_file_that_only_holds_the_same_few_words_is_new_and_says_so()
    {
        Assert.Equal((MatchKind.New, "a"), ByContent(new Evidence { Doubtful = "a" }));
        Assert.Equal((MatchKind.Continues, "b"), ByContent(new Evidence { Doubtful = "a", Homeless = ["b"] }));
        Assert.Equal((MatchKind.UnfinishedCopy, "c"), ByContent(new Evidence { Doubtful = "a", Original = "c" }));
    }

    [Fact]
    public void A_file_moved_into_the_place_of_another_goes_on_behind_what_that_held()
    {
        Assert.Equal((MatchKind.Replacement, "r"), ByContent(new Evidence { Replaced = "r", AreOriginalsReadable = false }));
        Assert.Equal((MatchKind.Continues, "b"), ByContent(new Evidence { Replaced = "r", Homeless = ["b"] }));
    }

    [Fact]
    public void A_copy_beside_its_original_of_which_all_was_shipped_waits_first_and_then_holds_nothing_new()
    {
        Assert.Equal((MatchKind.UnfinishedCopy, "c"), ByContent(new Evidence { Original = "c", ShippedOriginal = "c" }));
        Assert.Equal((MatchKind.ShippedCopy, "c"), ByContent(new Evidence { ShippedOriginal = "c" }));
    }

    [Fact]
    public void A_copy_that_grew_while_its_original_was_truncated_is_no_new_stream_yet()
    {
        Assert.Equal((MatchKind.Undecided, null), ByContent(new Evidence { IsBeingCopied = true }));
        Assert.Equal((MatchKind.FinishedCopy, "r"), ByContent(new Evidence { IsBeingCopied = true, ReadPast = "r" }));
        Assert.Equal((MatchKind.New, null), ByContent(new Evidence()));
    }

    [Theory]
    [InlineData("Verdict")]
    [InlineData("Homeless")]
    [InlineData("Unopened")]
    [InlineData("ReadPast")]
    [InlineData("Original")]
    public void What_cannot_be_read_is_decided_by_nobody(string unreadable) => Assert.Throws<IOException>(() => StreamMatcher.Decide(
        new Evidence { Holder = unreadable == "Verdict" ? "a" : null, Unreadable = unreadable }));

    [Fact]
    public void The_inode_decides_before_the_content_does()
    {
        var same = new Evidence { Holder = "a", Homeless = ["b"] };
        Assert.Equal("a", StreamMatcher.Decide(same).Stream);
        var replaced = new Evidence { Holder = "a", HolderVerdict = FileVerdict.Replaced, Homeless = ["b"] };
        Assert.Equal("b", StreamMatcher.Decide(replaced).Stream);
    }

    private static (MatchKind, string?) ByInode(Evidence file) =>
        (StreamMatcher.DecideByInode(file).Kind, StreamMatcher.DecideByInode(file).Stream);

    private static (MatchKind, string?) ByContent(Evidence file) =>
        (StreamMatcher.DecideByContent(file).Kind, StreamMatcher.DecideByContent(file).Stream);

    /// <summary>Evidence that was gathered before. One answer may be missing, because the disk failed.</summary>
    private sealed class Evidence : IFileEvidence<string>
    {
        private readonly FileVerdict _verdict;
        private readonly IReadOnlyList<string> _homeless = [];
        private readonly IReadOnlyList<string> _unopened = [];
        private readonly string? _readPast;
        private readonly string? _original;

        public string? Unreadable { get; init; }

        public string? Holder { get; init; }

        public bool IsHolderCurrent { get; init; }

        public bool IsHolderUnprovable { get; init; }

        public FileVerdict HolderVerdict { get => Read(_verdict, "Verdict"); init => _verdict = value; }

        public bool IsTaken { get; init; }

        public IReadOnlyList<string> Homeless { get => Read(_homeless, "Homeless"); init => _homeless = value; }

        public string? Doubtful { get; init; }

        public string? Replaced { get; init; }

        public string? ShippedOriginal { get; init; }

        public bool IsBeingCopied { get; init; }

        public bool MayBeOutdone { get; init; }

        public bool AreOriginalsReadable { get; init; } = true;

        public IReadOnlyList<string> Unopened { get => Read(_unopened, "Unopened"); init => _unopened = value; }

        public string? ReadPast { get => Read(_readPast, "ReadPast"); init => _readPast = value; }

        public string? Original { get => Read(_original, "Original"); init => _original = value; }

        private T Read<T>(T answer, string question) => question == Unreadable ? throw new IOException($"{question} was not gathered")
            : answer;
    }
}
