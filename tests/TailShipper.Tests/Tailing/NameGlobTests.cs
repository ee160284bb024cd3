using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Tailing.Discovery;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class NameGlobTests
{
    private static readonly string[] Pieces = ["*", "*", "?", "a", "b", ".", "-", "[ab]", "[!a]", "[^.]", "[a-c]", "[]-]"];

    // Few letters, so that much of it matches.
    private static readonly Gen<string> Names =
        from letters in Gen.ArrayOf(Gen.Elements('a', 'b', 'c', '.', '-', ']')) select new string(letters);

    private static readonly Gen<string> Globs = from pieces in Gen.ArrayOf(Gen.Elements(Pieces)) select string.Concat(pieces);

    [Fact]
    public void It_matches_what_a_regular_expression_does()
    {
        var matched = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(20_000).WithEndSize(8),
            Prop.ForAll(Globs.Zip(Names).ToArbitrary(), pair =>
            {
                var (glob, name) = pair;
                var expected = AsRegex(glob).IsMatch(name) && (!name.StartsWith('.') || glob.StartsWith('.'));
                matched += expected ? 1 : 0;
                Assert.True(NameGlob.Parse(glob).Matches(name) == expected, $"{glob} and {name}");
            }));
        Assert.True(matched > 1_000, $"{matched} matched");
    }

    [Fact]
    public void Many_stars_do_not_make_it_slow()
    {
        var glob = NameGlob.Parse(string.Concat(Enumerable.Repeat("*a", 100)) + "*b");

        Assert.False(glob.Matches(new string('a', 255)));
    }

    private static Regex AsRegex(string glob)
    {
        var regex = new StringBuilder("^");
        for (var index = 0; index < glob.Length; index++)
        {
            var close = glob[index] == '[' ? glob.IndexOf(']', index + 2) : 0;
            regex.Append(glob[index] switch
            {
                '*' => ".*",
                '?' => ".",
                '[' when glob[index + 1] == ']' => @"[\]\-]",
                '[' => glob[index..(close + 1)].Replace('!', '^'),
                var letter => Regex.Escape($"{letter}"),
            });
            index = Math.Max(index, close);
        }

        return new Regex(regex.Append("\\z").ToString(), RegexOptions.Singleline);
    }
}
