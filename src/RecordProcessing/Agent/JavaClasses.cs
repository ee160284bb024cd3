using System.Globalization;

namespace Shipper.RecordProcessing.Agent;

/// <summary>What Java's shorthand classes and properties stand for.</summary>
internal static class JavaClasses
{
    private static readonly CodePointSet AsciiLower = CodePointSet.Of(('a', 'z'));
    private static readonly CodePointSet AsciiUpper = CodePointSet.Of(('A', 'Z'));
    private static readonly CodePointSet AsciiAlpha = AsciiLower.Union(AsciiUpper);
    private static readonly CodePointSet AsciiDigit = CodePointSet.Of(('0', '9'));
    private static readonly CodePointSet AsciiGraph = CodePointSet.Of((0x21, 0x7E));
    private static readonly CodePointSet AsciiSpace = CodePointSet.Of((9, 13), (' ', ' '));
    private static readonly CodePointSet AsciiControl = CodePointSet.Of((0, 0x1F), (0x7F, 0x7F));
    private static readonly CodePointSet UnicodeSpace =
        CodePointSet.Of((9, 13), (' ', ' '), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
            (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000));

    /// <summary>\h.</summary>
    public static CodePointSet HorizontalSpace { get; } =
        CodePointSet.Of(('\t', '\t'), (' ', ' '), (0xA0, 0xA0), (0x1680, 0x1680), (0x180E, 0x180E), (0x2000, 0x200A), (0x202F, 0x202F),
            (0x205F, 0x205F), (0x3000, 0x3000));

    /// <summary>\v.</summary>
    public static CodePointSet VerticalSpace { get; } = CodePointSet.Of((0x0A, 0x0D), (0x85, 0x85), (0x2028, 0x2029));

    private static readonly Lazy<CodePointSet> Letters = new(() => Categories("L")!);
    private static readonly Lazy<CodePointSet> Cased = new(() => Categories("LC")!);
    private static readonly Lazy<CodePointSet> DecimalDigits = new(() => Categories("Nd")!);
    private static readonly Lazy<CodePointSet> Alphabetic = new(() => Letters.Value.Union(Categories("Nl")!));
    private static readonly Lazy<CodePointSet> UnicodeWord = new(() =>
        Alphabetic.Value.Union(Categories("M")!).Union(DecimalDigits.Value).Union(Categories("Pc")!)
            .Union(CodePointSet.Of((0x200C, 0x200D))));

    private static readonly Lazy<CodePointSet> UnicodeGraph = new(() =>
        UnicodeSpace.Union(Categories("Cc")!).Union(Categories("Cs")!).Union(Categories("Cn")!).Negate());

    /// <summary>\d.</summary>
    public static CodePointSet Digit(bool isUnicode) => isUnicode ? DecimalDigits.Value : AsciiDigit;

    /// <summary>\w.</summary>
    public static CodePointSet Word(bool isUnicode) =>
        isUnicode ? UnicodeWord.Value : AsciiAlpha.Union(AsciiDigit).Union(CodePointSet.OfCharacters("_"));

    /// <summary>\s.</summary>
    public static CodePointSet Space(bool isUnicode) => isUnicode ? UnicodeSpace : AsciiSpace;

    /// <summary>\p{…}.</summary>
    /// <param name="name">What stands in the braces.</param>
    /// <param name="isUnicode">Whether POSIX classes are those of Unicode.</param>
    /// <param name="ignoreCase">Whether upper, lower and title case are one.</param>
    /// <param name="isScript">True where it is null because .NET does not know it: a script, a block, a method of Java.</param>
    /// <returns>Null for one that is not known.</returns>
    public static CodePointSet? Property(string name, bool isUnicode, bool ignoreCase, out bool isScript)
    {
        isScript = false;
        var equals = name.IndexOf('=', StringComparison.Ordinal);
        if (equals >= 0)
        {
            var kind = name[..equals].ToLowerInvariant();
            isScript = kind is "sc" or "script" or "blk" or "block";
            return kind is "gc" or "general_category" ? Category(name[(equals + 1)..], ignoreCase) : null;
        }

        if (name.StartsWith("In", StringComparison.Ordinal))
        {
            isScript = true;
            return null;
        }

        if (name.StartsWith("Is", StringComparison.Ordinal))
        {
            var binary = Binary(name[2..].ToUpperInvariant(), ignoreCase);
            var known = binary ?? Category(name[2..], ignoreCase);
            isScript = known is null;
            return known;
        }

        if (isUnicode && Posix(name) is not null && UnicodePosix(name, ignoreCase) is { } posix)
        {
            return posix;
        }

        var found = ignoreCase && name is "Lower" or "Upper" ? AsciiAlpha
            : Posix(name) ?? Java(name, ignoreCase) ?? Category(name, ignoreCase);
        isScript = found is null && name.StartsWith("java", StringComparison.Ordinal);
        return found;
    }

    private static CodePointSet? Posix(string name) => name switch
    {
        "ASCII" => CodePointSet.Of((0, 0x7F)),
        "Alnum" => AsciiAlpha.Union(AsciiDigit),
        "Alpha" => AsciiAlpha,
        "Blank" => CodePointSet.OfCharacters(" \t"),
        "Cntrl" => AsciiControl,
        "Digit" => AsciiDigit,
        "Graph" => AsciiGraph,
        "Lower" => AsciiLower,
        "Print" => CodePointSet.Of((0x20, 0x7E)),
        "Punct" => AsciiGraph.Intersect(AsciiAlpha.Union(AsciiDigit).Negate()),
        "Space" => AsciiSpace,
        "Upper" => AsciiUpper,
        "XDigit" => CodePointSet.Of(('0', '9'), ('a', 'f'), ('A', 'F')),
        _ => null,
    };

    private static CodePointSet? UnicodePosix(string name, bool ignoreCase) => name switch
    {
        "Alnum" => Alphabetic.Value.Union(DecimalDigits.Value),
        "Blank" => HorizontalSpace.Intersect(CodePointSet.OfCharacters("\u180E").Negate()),
        "Cntrl" => Categories("Cc"),
        "Graph" => UnicodeGraph.Value,
        "Print" => UnicodeGraph.Value.Union(Categories("Zs")!),
        "Punct" => Categories("P"),
        "XDigit" => DecimalDigits.Value.Union(CodePointSet.Of(('a', 'f'), ('A', 'F'), (0xFF21, 0xFF26), (0xFF41, 0xFF46))),
        "Alpha" or "Digit" or "Lower" or "Upper" or "Space" => Binary(name switch
        {
            "Alpha" => "ALPHABETIC",
            "Lower" => "LOWERCASE",
            "Upper" => "UPPERCASE",
            "Space" => "WHITE_SPACE",
            _ => "DIGIT",
        }, ignoreCase),
        _ => null,
    };

    private static CodePointSet? Binary(string name, bool ignoreCase) => name switch
    {
        "ALPHABETIC" => Alphabetic.Value,
        "LETTER" => Letters.Value,
        "LOWERCASE" or "UPPERCASE" or "TITLECASE" when ignoreCase => Cased.Value,
        "LOWERCASE" => Categories("Ll"),
        "UPPERCASE" => Categories("Lu"),
        "TITLECASE" => Categories("Lt"),
        "WHITE_SPACE" or "WHITESPACE" => UnicodeSpace,
        "PUNCTUATION" => Categories("P"),
        "CONTROL" => Categories("Cc"),
        "DIGIT" => DecimalDigits.Value,
        "ALNUM" => Alphabetic.Value.Union(DecimalDigits.Value),
        "ASSIGNED" => Categories("Cn")!.Negate(),
        _ => null,
    };

    private static CodePointSet? Java(string name, bool ignoreCase) => name switch
    {
        "javaLowerCase" or "javaUpperCase" or "javaTitleCase" when ignoreCase => Cased.Value,
        "javaLowerCase" => Categories("Ll"),
        "javaUpperCase" => Categories("Lu"),
        "javaTitleCase" => Categories("Lt"),
        "javaLetter" => Letters.Value,
        "javaDigit" => DecimalDigits.Value,
        "javaLetterOrDigit" => Letters.Value.Union(DecimalDigits.Value),
        "javaAlphabetic" => Alphabetic.Value,
        "javaWhitespace" => UnicodeSpace.Intersect(CodePointSet.OfCharacters("\u0085\u00A0\u2007\u202F").Negate())
            .Union(CodePointSet.Of((0x1C, 0x1F))),
        _ => null,
    };

    private static CodePointSet? Category(string name, bool ignoreCase) =>
        ignoreCase && name is "Lu" or "Ll" or "Lt" ? Cased.Value : Categories(name);

    private static CodePointSet? Categories(string name) => name switch
    {
        "all" => CodePointSet.All,
        "L1" => CodePointSet.Of((0, 0xFF)),
        "LD" => Letters.Value.Union(DecimalDigits.Value),
        "LC" => CodePointSet.OfCategories(
            UnicodeCategory.UppercaseLetter, UnicodeCategory.LowercaseLetter, UnicodeCategory.TitlecaseLetter),
        { Length: 1 } when Names.Values.Any(category => category[0] == name[0]) =>
            CodePointSet.OfCategories([.. Names.Where(category => category.Value[0] == name[0]).Select(category => category.Key)]),
        _ when Names.ContainsValue(name) => CodePointSet.OfCategories(Names.First(category => category.Value == name).Key),
        _ => null,
    };

    /// <summary>The two letters of each category.</summary>
    private static Dictionary<UnicodeCategory, string> Names { get; } = new()
    {
        [UnicodeCategory.UppercaseLetter] = "Lu",
        [UnicodeCategory.LowercaseLetter] = "Ll",
        [UnicodeCategory.TitlecaseLetter] = "Lt",
        [UnicodeCategory.ModifierLetter] = "Lm",
        [UnicodeCategory.OtherLetter] = "Lo",
        [UnicodeCategory.NonSpacingMark] = "Mn",
        [UnicodeCategory.SpacingCombiningMark] = "Mc",
        [UnicodeCategory.EnclosingMark] = "Me",
        [UnicodeCategory.DecimalDigitNumber] = "Nd",
        [UnicodeCategory.LetterNumber] = "Nl",
        [UnicodeCategory.OtherNumber] = "No",
        [UnicodeCategory.SpaceSeparator] = "Zs",
        [UnicodeCategory.LineSeparator] = "Zl",
        [UnicodeCategory.ParagraphSeparator] = "Zp",
        [UnicodeCategory.Control] = "Cc",
        [UnicodeCategory.Format] = "Cf",
        [UnicodeCategory.Surrogate] = "Cs",
        [UnicodeCategory.PrivateUse] = "Co",
        [UnicodeCategory.OtherNotAssigned] = "Cn",
        [UnicodeCategory.ConnectorPunctuation] = "Pc",
        [UnicodeCategory.DashPunctuation] = "Pd",
        [UnicodeCategory.OpenPunctuation] = "Ps",
        [UnicodeCategory.ClosePunctuation] = "Pe",
        [UnicodeCategory.InitialQuotePunctuation] = "Pi",
        [UnicodeCategory.FinalQuotePunctuation] = "Pf",
        [UnicodeCategory.OtherPunctuation] = "Po",
        [UnicodeCategory.MathSymbol] = "Sm",
        [UnicodeCategory.CurrencySymbol] = "Sc",
        [UnicodeCategory.ModifierSymbol] = "Sk",
        [UnicodeCategory.OtherSymbol] = "So",
    };
}
