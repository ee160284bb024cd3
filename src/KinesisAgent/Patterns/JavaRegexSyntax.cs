using System.Globalization;

namespace Shipper.KinesisAgent.Patterns;

/// <summary>
/// Finds what Java's compiler of regular expressions refuses, so that an expression with which the agent does not start is refused here
/// too. It knows the syntax, not the meaning; a lookbehind without a limit is not recognized.
/// </summary>
internal ref struct JavaRegexSyntax
{
    // https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html: what may follow a backslash, of the letters.
    private const string Escapes = "ABDGHNPQRSVWXZabcdefhknprstuvwxz";
    private const string Flags = "idmsuxU";

    private readonly ReadOnlySpan<char> _pattern;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _at;
    private bool _isFreeSpacing;

    private JavaRegexSyntax(string pattern) => _pattern = pattern;

    /// <summary>Checks one.</summary>
    /// <exception cref="FormatException">It does not compile; the message says why and where, to follow the pattern.</exception>
    public static void Check(string pattern)
    {
        var syntax = new JavaRegexSyntax(pattern);
        syntax.Alternatives();
        if (syntax._at < pattern.Length)
        {
            throw Fault("has a ) without its (", syntax._at);
        }
    }

    private readonly bool IsAtEnd => _at == _pattern.Length;

    private readonly char Next => IsAtEnd ? '\0' : _pattern[_at];

    private static FormatException Fault(string reason, int at) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{reason} (character {at + 1})"));

    private bool Take(string text)
    {
        if (!_pattern[_at..].StartsWith(text))
        {
            return false;
        }

        _at += text.Length;
        return true;
    }

    private void Alternatives()
    {
        var mayRepeat = false;
        while (!IsAtEnd && Next != ')')
        {
            var start = _at;
            switch (_pattern[_at++])
            {
                case '|':
                    mayRepeat = false;
                    break;
                case '(':
                    mayRepeat = Group(start);
                    break;
                case '[':
                    Set(start);
                    mayRepeat = true;
                    break;
                case '\\':
                    Escape(start, inSet: false);
                    mayRepeat = true;
                    break;
                case '*' or '+' or '?' when !mayRepeat:
                    throw Fault($"repeats nothing with its {_pattern[start]}", start);
                case '*' or '+' or '?':
                    _at += Next is '?' or '+' ? 1 : 0;
                    mayRepeat = false;
                    break;
                case '{': // Java also takes a count of nothing
                    Count(start);
                    _at += Next is '?' or '+' ? 1 : 0;
                    mayRepeat = false;
                    break;
                case '#' when _isFreeSpacing:
                    SkipComment();
                    break;
                case ' ' or '\t' or '\n' or '\r' or '\f' or '\v' when _isFreeSpacing:
                    break;
                default:
                    mayRepeat = true; // also ^ and $, which may be repeated in vain
                    break;
            }
        }
    }

    private void SkipComment()
    {
        while (!IsAtEnd && Next is not '\n')
        {
            _at++;
        }
    }

    private void Count(int start)
    {
        var least = Number();
        if (least is null)
        {
            throw Fault("has a { that is no count", start);
        }

        var most = least;
        if (Take(","))
        {
            most = Number() ?? long.MaxValue;
        }

        if (!Take("}"))
        {
            throw Fault("has a { without its }", start);
        }

        if (most < least)
        {
            throw Fault("has a count that is backwards", start);
        }
    }

    private long? Number()
    {
        var first = _at;
        while (char.IsAsciiDigit(Next))
        {
            _at++;
        }

        return _at == first ? null
            : int.TryParse(_pattern[first.._at], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw Fault("has a count that is too large", first);
    }

    // False for what only sets flags and cannot be repeated.
    private bool Group(int start)
    {
        var before = _isFreeSpacing;
        if (Take("?"))
        {
            if (Take("<") && !Take("=") && !Take("!"))
            {
                Name(start);
            }
            else if (_pattern[_at - 1] == '?' && !Take(":") && !Take("=") && !Take("!") && !Take(">"))
            {
                SetFlags(start);
                if (Take(")"))
                {
                    return false; // until the end of the group around it
                }

                if (!Take(":"))
                {
                    throw Fault("has an unknown (? construct", start);
                }
            }
        }

        Alternatives();
        if (!Take(")"))
        {
            throw Fault("has a ( without its )", start);
        }

        _isFreeSpacing = before;
        return true;
    }

    private void SetFlags(int start)
    {
        var isOn = true;
        while (!IsAtEnd && Next is not (')' or ':'))
        {
            var flag = _pattern[_at++];
            if (flag == '-' && isOn)
            {
                isOn = false;
            }
            else if (!Flags.Contains(flag, StringComparison.Ordinal))
            {
                throw Fault("has an unknown (? construct", start);
            }
            else if (flag == 'x')
            {
                _isFreeSpacing = isOn;
            }
        }
    }

    private void Name(int start)
    {
        var name = ReadName('>');
        if (name is null)
        {
            throw Fault("has a group whose name is not letters and digits, the first a letter", start);
        }

        if (!_names.Add(name))
        {
            throw Fault($"has two groups called {name}", start);
        }
    }

    private string? ReadName(char end)
    {
        var first = _at;
        while (char.IsAsciiLetterOrDigit(Next))
        {
            _at++;
        }

        var name = _pattern[first.._at].ToString();
        return Take(end.ToString()) && name.Length > 0 && char.IsAsciiLetter(name[0]) ? name : null;
    }

    // After the bracket that opens it.
    private void Set(int start)
    {
        Take("^");
        var isFirst = true;
        int? last = null;
        while (true)
        {
            if (IsAtEnd)
            {
                throw Fault("has a [ without its ]", start);
            }

            var at = _at;
            var letter = _pattern[_at++];
            if (letter == ']' && !isFirst)
            {
                return;
            }

            isFirst = false;
            if (letter == '[')
            {
                Set(at);
                last = null;
            }
            else if (letter == '&' && Take("&"))
            {
                last = null;
            }
            else
            {
                int? member = letter == '\\' ? Escape(at, inSet: true) : letter;
                if (letter == '-' && last is { } first && !IsAtEnd && Next is not (']' or '['))
                {
                    var next = _pattern[_at++];
                    var end = next == '\\' ? Escape(_at - 1, inSet: true) : next;
                    if (end is null || end < first)
                    {
                        throw Fault("has a range that is backwards", at);
                    }

                    member = null;
                }

                last = member;
            }
        }
    }

    // The character that it stands for, if it is one.
    private int? Escape(int start, bool inSet)
    {
        if (IsAtEnd)
        {
            throw Fault("ends with a backslash", start);
        }

        var letter = _pattern[_at++];
        switch (letter)
        {
            case 'Q':
                var end = _pattern[_at..].IndexOf(@"\E");
                _at = end < 0 ? _pattern.Length : _at + end + 2;
                return null;
            case 'x' when Take("{"):
                return Hexadecimal(start, 1, 6, '}');
            case 'x':
                return Hexadecimal(start, 2, 2, null);
            case 'u':
                return Hexadecimal(start, 4, 4, null);
            case '0' when Next is >= '0' and <= '7':
                var octal = 0;
                for (var digits = 0; digits < 3 && Next is >= '0' and <= '7' && (octal * 8) + Next - '0' <= 255; digits++)
                {
                    octal = (octal * 8) + _pattern[_at++] - '0';
                }

                return octal;
            case '0':
                throw Fault(@"has a \0 without octal digits", start);
            case 'c' when IsAtEnd:
                throw Fault(@"has a \c without its character", start);
            case 'c':
                return _pattern[_at++] ^ 64;
            case 'p' or 'P':
                Property(start);
                return null;
            case 'k' when !inSet:
                if (!Take("<") || ReadName('>') is not { } name || !_names.Contains(name))
                {
                    throw Fault(@"has a \k that names no group before it", start);
                }

                return null;
            case 'N':
                if (!Take("{") || _pattern[_at..].IndexOf('}') is not (> 0 and var length))
                {
                    throw Fault(@"has a \N without a name in { }", start);
                }

                _at += length + 1;
                return null;
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
            case 'd' or 'D' or 's' or 'S' or 'w' or 'W' or 'h' or 'H' or 'v' or 'V':
                return null;
        }

        if ((inSet && char.IsAsciiDigit(letter))
            || (char.IsAsciiLetter(letter) && (inSet || !Escapes.Contains(letter, StringComparison.Ordinal))))
        {
            throw Fault($@"has the unknown escape \{letter}", start);
        }

        return char.IsAsciiLetterOrDigit(letter) ? null : letter;
    }

    private void Property(int start)
    {
        if (Take("{"))
        {
            var length = _pattern[_at..].IndexOf('}');
            if (length <= 0)
            {
                throw Fault(@"has a \p without a name in { }", start);
            }

            _at += length + 1;
        }
        else if (IsAtEnd)
        {
            throw Fault(@"has a \p without a name", start);
        }
        else
        {
            _at++;
        }
    }

    private int? Hexadecimal(int start, int least, int most, char? end)
    {
        var first = _at;
        while (_at - first < most && char.IsAsciiHexDigit(Next))
        {
            _at++;
        }

        if (_at - first < least || (end is { } closing && !Take(closing.ToString())))
        {
            throw Fault("has an escape without its hexadecimal digits", start);
        }

        var digits = _pattern[first..(end is null ? _at : _at - 1)];
        var code = int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return code <= 0x10FFFF ? code : throw Fault("has an escape beyond U+10FFFF", start);
    }
}
