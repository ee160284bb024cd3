using System.Globalization;
using System.Text;

namespace Shipper.RecordProcessing.Agent;

/// <summary>One pass over a Java expression that writes the expression of .NET.</summary>
internal sealed class JavaTranslation
{
    private const string LineEnds = "\\n\\r\\u0085\\u2028\\u2029";
    private const string WordBefore = "(?<=[\\p{L}\\p{Nd}\\p{Mn}_])";
    private const string WordAfter = "(?=[\\p{L}\\p{Nd}\\p{Mn}_])";

    private readonly int[] _java;
    private readonly bool _withPairs;
    private readonly StringBuilder _output = new();
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly StringBuilder _literal = new();
    private readonly int _allGroups;
    private bool _isLiteral = true;
    private int _at;
    private JavaFlags _flags;

    /// <summary>Translates.</summary>
    /// <param name="java">The expression.</param>
    /// <param name="withPairs">True for texts with surrogate pairs.</param>
    /// <exception cref="JavaPatternException">Java refuses it, or it cannot be translated.</exception>
    public JavaTranslation(string java, bool withPairs)
        : this(java, withPairs, new JavaTranslation(java, withPairs, 0).Groups)
    {
    }

    private JavaTranslation(string java, bool withPairs, int allGroups)
    {
        _java = [.. JavaQuoting.Remove(java).EnumerateRunes().Select(rune => rune.Value)];
        (_withPairs, _allGroups) = (withPairs, allGroups);
        Alternatives();
        if (!IsAtEnd)
        {
            throw Error("has a ) without its (");
        }
    }

    /// <summary>The expression of .NET.</summary>
    public string Text => _output.ToString();

    /// <summary>How many groups it captures.</summary>
    public int Groups { get; private set; }

    /// <summary>The text that it stands for where it is nothing but characters; else null.</summary>
    public string? Literal => _isLiteral ? _literal.ToString() : null;

    private bool IsAtEnd => _at >= _java.Length;

    private int Current => IsAtEnd ? -1 : _java[_at];

    private void Alternatives()
    {
        Sequence();
        while (Current == '|')
        {
            _isLiteral = false;
            _at++;
            _output.Append('|');
            Sequence();
        }
    }

    private void Sequence()
    {
        while (true)
        {
            SkipComments();
            if (IsAtEnd || Current is '|' or ')')
            {
                return;
            }

            var start = _output.Length;
            var isAtom = Item();
            if (isAtom)
            {
                SkipComments();
                Quantifier(start);
            }
        }
    }

    // Writes one item; false for what takes no quantifier.
    private bool Item()
    {
        switch (Current)
        {
            case '(':
                _isLiteral = false;
                return Group();
            case '[':
                _isLiteral = false;
                _at++;
                WriteSet(Class());
                return true;
            case '\\':
                return Escape();
            case '.':
                _isLiteral = false;
                _at++;
                WriteSet(Has(JavaFlags.DotAll) ? CodePointSet.All
                    : CodePointSet.OfCharacters(Has(JavaFlags.UnixLines) ? "\n" : "\n\r\u0085\u2028\u2029").Negate());
                return true;
            case '^':
                _isLiteral = false;
                _at++;
                _output.Append(Start());
                return true;
            case '$':
                _isLiteral = false;
                _at++;
                _output.Append(End(Has(JavaFlags.Multiline)));
                return true;
            case '*' or '+' or '?':
                throw Error($"has a dangling {(char)Current}");
            case '{':
                _output.Append("(?:)"); // a repetition of nothing
                return true;
            default:
                WriteCharacter(_java[_at++]);
                return true;
        }
    }

    private void Quantifier(int start)
    {
        string quantifier;
        switch (Current)
        {
            case '*' or '+' or '?':
                quantifier = ((char)_java[_at++]).ToString();
                break;
            case '{':
                quantifier = Repetition();
                break;
            default:
                return;
        }

        _isLiteral = false;
        SkipComments();
        var isLazy = Current == '?';
        var isPossessive = Current == '+';
        if (isLazy || isPossessive)
        {
            _at++;
        }

        quantifier += isLazy ? "?" : "";
        // Java takes nothing back from any round of a possessive repetition, not only from the last one.
        _output.Insert(start, isPossessive ? "(?>(?>" : "(?:").Append(')').Append(quantifier).Append(isPossessive ? ")" : "");
    }

    private string Repetition()
    {
        var open = _at++;
        var least = Number();
        if (least < 0)
        {
            _at = open;
            throw Error("has a { without a number");
        }

        var text = $"{{{least}";
        if (Current == ',')
        {
            _at++;
            text += ",";
            var most = Number();
            if (most >= 0)
            {
                text += most;
                if (most < least)
                {
                    throw Error("repeats at most less than at least");
                }
            }
        }

        if (Current != '}')
        {
            throw Error("has a { without its }");
        }

        _at++;
        return text + "}";
    }

    private long Number()
    {
        var start = _at;
        long value = 0;
        while (Current is >= '0' and <= '9')
        {
            value = (value * 10) + (_java[_at++] - '0');
            if (value > int.MaxValue)
            {
                throw Error("has too large a number");
            }
        }

        return _at == start ? -1 : value;
    }

    private bool Group()
    {
        var open = _at++;
        var outer = _flags;
        if (Current != '?')
        {
            Groups++;
            _output.Append('(');
        }
        else
        {
            _at++;
            switch (Current)
            {
                case ':' or '=' or '!' or '>':
                    _output.Append("(?").Append((char)_java[_at++]);
                    break;
                case '<' when _at + 1 < _java.Length && _java[_at + 1] is '=' or '!':
                    _output.Append("(?<").Append((char)_java[_at + 1]);
                    _at += 2;
                    break;
                case '<':
                    _at++;
                    Groups++;
                    if (!_names.TryAdd(Name(), Groups))
                    {
                        throw Error("names two groups alike");
                    }

                    _output.Append('(');
                    break;
                default:
                    if (!InlineFlags())
                    {
                        return false;
                    }

                    _output.Append("(?:");
                    break;
            }
        }

        Alternatives();
        if (Current != ')')
        {
            _at = open;
            throw Error("has a ( without its )");
        }

        _at++;
        _flags = outer;
        _output.Append(')');
        return true;
    }

    private string Name()
    {
        var name = new StringBuilder();
        while (!IsAtEnd && char.IsAscii((char)Current) && char.IsAsciiLetterOrDigit((char)Current))
        {
            name.Append((char)_java[_at++]);
        }

        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || Current != '>')
        {
            throw Error("has a group's name that is not letters and digits followed by >");
        }

        _at++;
        return name.ToString();
    }

    // True where a group follows, false where they hold to the end of the group around them.
    private bool InlineFlags()
    {
        var isOn = true;
        while (true)
        {
            var flag = Current switch
            {
                'i' => JavaFlags.IgnoreCase,
                'm' => JavaFlags.Multiline,
                's' => JavaFlags.DotAll,
                'd' => JavaFlags.UnixLines,
                'x' => JavaFlags.Comments,
                'u' => JavaFlags.UnicodeCase,
                'U' => JavaFlags.UnicodeClass | JavaFlags.UnicodeCase,
                'c' => JavaFlags.None,
                _ => (JavaFlags?)null,
            };
            if (flag is { } known)
            {
                _flags = isOn ? _flags | known : _flags & ~known;
            }
            else if (Current == '-' && isOn)
            {
                isOn = false;
            }
            else if (Current is ')' or ':')
            {
                return _java[_at++] == ':';
            }
            else
            {
                throw Error("has an unknown flag or group");
            }

            _at++;
        }
    }

    private bool Escape()
    {
        var start = _at;
        if (_at + 1 >= _java.Length)
        {
            throw Error("ends with a backslash");
        }

        var letter = _java[_at + 1];
        if (letter is >= '1' and <= '9')
        {
            _isLiteral = false;
            _at += 2;
            var group = letter - '0';
            while (Current is >= '0' and <= '9' && (group * 10) + (Current - '0') <= Groups)
            {
                group = (group * 10) + (_java[_at++] - '0');
            }

            WriteReference(group);
            return true;
        }

        string? assertion = letter switch
        {
            'A' => "\\A",
            'z' => "\\z",
            'Z' => End(isMultiline: false),
            'G' => "\\G",
            'b' => $"(?:{WordBefore}(?!{WordAfter})|(?<!{WordBefore}){WordAfter})",
            'B' => $"(?:{WordBefore}{WordAfter}|(?<!{WordBefore})(?!{WordAfter}))",
            'R' => "(?:\\r\\n|[\\n\\u000B\\f\\r\\u0085\\u2028\\u2029])",
            _ => null,
        };
        if (letter == 'b' && _at + 2 < _java.Length && _java[_at + 2] == '{')
        {
            throw Untranslatable("\\b{g}");
        }

        if (assertion is not null)
        {
            _isLiteral = false;
            _at += 2;
            _output.Append(assertion);
            return true;
        }

        if (letter == 'k')
        {
            _isLiteral = false;
            _at += 2;
            if (Current != '<')
            {
                throw Error("has \\k without a name");
            }

            _at++;
            if (!_names.TryGetValue(Name(), out var group))
            {
                throw Error("refers to a group that is not there");
            }

            WriteReference(group);
            return true;
        }

        if (Shorthand() is { } set)
        {
            _isLiteral = false;
            WriteSet(set);
            return true;
        }

        _at = start;
        WriteCharacter(EscapedCharacter());
        return true;
    }

    private void WriteReference(int group)
    {
        var reference = group > Math.Max(_allGroups, Groups) ? "(?!)" : $"\\k<{group}>";
        _output.Append(Has(JavaFlags.IgnoreCase) ? $"(?i:{reference})" : reference);
    }

    // What \d, \p{L} and the like stand for; null for another escape, and then nothing is read.
    private CodePointSet? Shorthand()
    {
        var letter = _java[_at + 1];
        if (letter is 'p' or 'P')
        {
            _at += 2;
            var set = Property();
            return letter == 'P' ? set.Negate() : set;
        }

        var isUnicode = Has(JavaFlags.UnicodeClass);
        CodePointSet? known = letter switch
        {
            'd' or 'D' => JavaClasses.Digit(isUnicode),
            'w' or 'W' => JavaClasses.Word(isUnicode),
            's' or 'S' => JavaClasses.Space(isUnicode),
            'h' or 'H' => JavaClasses.HorizontalSpace,
            'v' or 'V' => JavaClasses.VerticalSpace,
            _ => null,
        };
        if (known is null)
        {
            return null;
        }

        _at += 2;
        return char.IsAsciiLetterUpper((char)letter) ? known.Negate() : known;
    }

    private CodePointSet Property()
    {
        if (IsAtEnd)
        {
            throw Error("has \\p without a property");
        }

        string name;
        if (Current != '{')
        {
            name = char.ConvertFromUtf32(_java[_at++]);
        }
        else
        {
            var close = Array.IndexOf(_java, '}', _at);
            if (close < 0)
            {
                throw Error("has \\p{ without its }");
            }

            name = string.Concat(_java[(_at + 1)..close].Select(char.ConvertFromUtf32));
            _at = close + 1;
        }

        return JavaClasses.Property(name, Has(JavaFlags.UnicodeClass), Has(JavaFlags.IgnoreCase), out var isScript)
            ?? throw (isScript ? Untranslatable($"\\p{{{name}}}") : Error($"has an unknown property {name}"));
    }

    // After the [; reads the ].
    private CodePointSet Class()
    {
        var open = _at - 1;
        var isNegated = Current == '^';
        if (isNegated)
        {
            _at++;
        }

        CodePointSet? all = null;
        CodePointSet? operand = null;
        while (true)
        {
            SkipBlanks();
            if (IsAtEnd)
            {
                _at = open;
                throw Error("has a [ without its ]");
            }

            if (Current == ']' && (operand is not null || all is not null))
            {
                _at++;
                break;
            }

            if (Current == '[')
            {
                _at++;
                operand = (operand ?? CodePointSet.Empty).Union(Class());
            }
            else if (Current == '&' && _at + 1 < _java.Length && _java[_at + 1] == '&')
            {
                _at += 2;
                if (Current != '&') // before another one, the two mean nothing
                {
                    all = And(all, operand);
                    operand = null;
                }
            }
            else
            {
                operand = (operand ?? CodePointSet.Empty).Union(ClassItem());
            }
        }

        var set = And(all, operand) ?? CodePointSet.Empty;
        return isNegated ? set.Negate() : set;
    }

    private static CodePointSet? And(CodePointSet? all, CodePointSet? operand) =>
        all is null || operand is null ? all ?? operand : all.Intersect(operand);

    private CodePointSet ClassItem()
    {
        if (Current == '\\' && _at + 1 < _java.Length && Shorthand() is { } set)
        {
            return set;
        }

        var first = ClassCharacter();
        var last = first;
        SkipBlanks();
        if (Current == '-' && _at + 1 < _java.Length && _java[_at + 1] is not ('[' or ']'))
        {
            _at++;
            SkipBlanks();
            last = ClassCharacter();
            if (last < first)
            {
                throw Error("has a range whose end is before its start");
            }
        }

        var range = CodePointSet.Of((first, last));
        return Has(JavaFlags.IgnoreCase) ? range.WithBothCases(Has(JavaFlags.UnicodeCase)) : range;
    }

    private int ClassCharacter()
    {
        if (Current != '\\')
        {
            return _java[_at++];
        }

        if (_at + 1 < _java.Length && _java[_at + 1] is 'd' or 'D' or 'w' or 'W' or 's' or 'S' or 'h' or 'H' or 'v' or 'V' or 'p' or 'P')
        {
            throw Error("has a range that ends with a class");
        }

        return EscapedCharacter();
    }

    private int EscapedCharacter()
    {
        _at++;
        if (IsAtEnd)
        {
            throw Error("ends with a backslash");
        }

        var letter = _java[_at++];
        switch (letter)
        {
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 'f':
                return '\f';
            case 'a':
                return 7;
            case 'e':
                return 27;
            case '0':
                return Octal();
            case 'x':
                return Hexadecimal();
            case 'u':
                return Unicode();
            case 'c' when !IsAtEnd:
                return _java[_at++] ^ 64;
            case 'N' or 'X':
                _at -= 2;
                throw Untranslatable($"\\{(char)letter}");
            case < 128 when char.IsAsciiLetter((char)letter):
                _at--;
                throw Error($"has an unknown escape \\{(char)letter}");
            case >= '1' and <= '9':
                _at--;
                throw Error("has a reference in a class");
            default:
                return letter;
        }
    }

    private int Octal()
    {
        var (value, digits) = (0, 0);
        while (digits < 3 && Current is >= '0' and <= '7' && (value * 8) + (Current - '0') <= 255)
        {
            value = (value * 8) + (_java[_at++] - '0');
            digits++;
        }

        return digits > 0 ? value : throw Error("has \\0 without an octal number");
    }

    private int Hexadecimal()
    {
        if (Current != '{')
        {
            return Digits(2);
        }

        var close = Array.IndexOf(_java, '}', _at);
        var text = close < 0 ? "" : string.Concat(_java[(_at + 1)..close].Select(char.ConvertFromUtf32));
        if (!int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value > 0x10FFFF)
        {
            throw Error("has \\x{ without a code point");
        }

        _at = close + 1;
        return value;
    }

    private int Unicode()
    {
        var high = Digits(4);
        if (!char.IsHighSurrogate((char)high) || _at + 1 >= _java.Length || _java[_at] != '\\' || _java[_at + 1] != 'u')
        {
            return high;
        }

        var before = _at;
        _at += 2;
        var low = Digits(4);
        if (char.IsLowSurrogate((char)low))
        {
            return char.ConvertToUtf32((char)high, (char)low);
        }

        _at = before;
        return high;
    }

    private int Digits(int count)
    {
        var value = 0;
        for (var digit = 0; digit < count; digit++)
        {
            if (IsAtEnd || Current > 127 || !char.IsAsciiHexDigit((char)Current))
            {
                throw Error("has a character's number with too few digits");
            }

            value = (value << 4) + Convert.ToInt32(((char)_java[_at++]).ToString(), 16);
        }

        return value;
    }

    private void WriteCharacter(int point)
    {
        if (Has(JavaFlags.IgnoreCase))
        {
            _isLiteral = false;
            WriteSet(CodePointSet.Of((point, point)).WithBothCases(Has(JavaFlags.UnicodeCase)));
            return;
        }

        if (char.IsSurrogate((char)point) && point <= 0xFFFF)
        {
            _isLiteral = false; // half a pair is in no text
            _output.Append("(?!)");
            return;
        }

        var text = char.ConvertFromUtf32(point);
        _literal.Append(text);
        foreach (var character in text)
        {
            _output.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
        }
    }

    private void WriteSet(CodePointSet set) => set.Write(_output, _withPairs);

    private string Start() => !Has(JavaFlags.Multiline) ? "\\A"
        : Has(JavaFlags.UnixLines) ? "(?:(?!\\z)(?:\\A|(?<=\\n)))"
        : "(?:(?!\\z)(?:\\A|(?<=[\\n\\u0085\\u2028\\u2029])|(?<=\\r)(?!\\n)))";

    private string End(bool isMultiline)
    {
        var end = isMultiline ? "" : "\\z";
        return Has(JavaFlags.UnixLines) ? $"(?=\\z|\\n{end})"
            : $"(?=\\z|\\r\\n{end}|(?<!\\r)\\n{end}|[{LineEnds[2..]}]{end})";
    }

    private bool Has(JavaFlags flag) => (_flags & flag) != 0;

    private void SkipComments()
    {
        while (Has(JavaFlags.Comments) && !IsAtEnd)
        {
            SkipBlanks();
            if (Current != '#')
            {
                return;
            }

            while (!IsAtEnd && Current is not ('\n' or '\r' or 0x85 or 0x2028 or 0x2029))
            {
                _at++;
            }
        }
    }

    private void SkipBlanks()
    {
        while (Has(JavaFlags.Comments) && Current is ' ' or (>= 9 and <= 13))
        {
            _at++;
        }
    }

    private JavaPatternException Error(string reason) => new(reason, Math.Min(_at, _java.Length), isJavaError: true);

    private JavaPatternException Untranslatable(string what) => new($"has {what}, which cannot be translated", _at, isJavaError: false);
}

/// <summary>Java's inline flags.</summary>
[Flags]
internal enum JavaFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>i: of ASCII letters only, without u.</summary>
    IgnoreCase = 1,

    /// <summary>m.</summary>
    Multiline = 2,

    /// <summary>s.</summary>
    DotAll = 4,

    /// <summary>d: only \n ends a line.</summary>
    UnixLines = 8,

    /// <summary>x.</summary>
    Comments = 16,

    /// <summary>u.</summary>
    UnicodeCase = 32,

    /// <summary>U: \d, \w, \s and POSIX classes are those of Unicode.</summary>
    UnicodeClass = 64,
}

/// <summary>Java's \Q…\E.</summary>
internal static class JavaQuoting
{
    /// <summary>The expression with a backslash before each quoted character that needs one.</summary>
    public static string Remove(string java)
    {
        var open = OpenOf(java);
        if (open < 0)
        {
            return java;
        }

        var result = new StringBuilder(java, 0, open, java.Length * 2);
        var isQuoted = false;
        for (var at = open; at < java.Length; at++)
        {
            var isEscape = java[at] == '\\' && at + 1 < java.Length;
            if (!isQuoted && isEscape)
            {
                at++;
                isQuoted = java[at] == 'Q';
                result.Append(isQuoted ? "" : $"\\{java[at]}");
            }
            else if (isQuoted && isEscape && java[at + 1] == 'E')
            {
                at++;
                isQuoted = false;
            }
            else
            {
                result.Append(isQuoted && char.IsAscii(java[at]) && !char.IsAsciiLetterOrDigit(java[at]) ? "\\" : "").Append(java[at]);
            }
        }

        return result.ToString();
    }

    private static int OpenOf(string java)
    {
        for (var at = 0; at + 1 < java.Length; at++)
        {
            if (java[at] == '\\')
            {
                if (java[at + 1] == 'Q')
                {
                    return at;
                }

                at++;
            }
        }

        return -1;
    }
}
