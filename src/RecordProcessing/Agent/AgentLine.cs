using System.Text;

namespace Shipper.RecordProcessing.Agent;

/// <summary>
/// Reads a line of one of the agent's formats from its start to its end. It takes the lines that the agent takes, no others, whether they
/// make sense or not: a regular expression would do the same and be ten times slower.
/// </summary>
/// <param name="text">The record without its last newline, as valid UTF-8.</param>
/// <param name="fields">Gets the fields in their order, as start and end; -1 for one that is missing.</param>
internal ref struct AgentLine(ReadOnlySpan<byte> text, Span<(int Start, int End)> fields)
{
    private static readonly string[] Months =
    [
        "Jan", "January", "Feb", "February", "Mar", "March", "Apr", "April", "May", "Jun", "June", "Jul", "July", "Aug", "August",
        "Sep", "September", "Oct", "October", "Nov", "November", "Dec", "December",
    ];

    private static readonly string[] Weekdays =
    [
        "Mon", "Monday", "Tue", "Tuesday", "Wed", "Wednesday", "Thu", "Thursday", "Fri", "Friday", "Sat", "Saturday", "Sun", "Sunday",
    ];

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly Span<(int Start, int End)> _fields = fields;
    private int _at;
    private int _field;

    /// <summary>True when the whole line has the format.</summary>
    /// <param name="type">A type with fixed fields.</param>
    public bool TryRead(ProcessingType type) => type switch
    {
        ProcessingType.ApacheCommonToJson => Access() && Rest(isField: false),
        ProcessingType.ApacheCombinedToJson => Access() && Text(" "u8) && Quoted() && Text(" "u8) && Quoted() && Rest(isField: false),
        ProcessingType.ApacheErrorToJson => Error(),
        ProcessingType.SyslogToJson => Month() && Blanks() && Day() && Blanks() && Time() && Field(0) && Message(),
        _ => Rfc3339() && Field(0) && Message(),
    };

    private readonly int Current => _at < _text.Length ? _text[_at] : -1;

    private bool Access()
    {
        var start = 0;
        if (!Host() || !Field(start) || !Text(" "u8) || !Word(out start) || !Field(start) || !Text(" "u8) || !Word(out start)
            || !Field(start) || !Text(" ["u8))
        {
            return false;
        }

        start = _at;
        return Day() && Text("/"u8) && Month() && Text("/"u8) && Year() && Text(":"u8) && Time() && Blank() && Sign() && Digits() > 0
            && Field(start) && Text("] "u8) && Quoted() && Text(" "u8) && Number() && Text(" "u8) && Number();
    }

    private bool Error()
    {
        if (!Text("["u8) || !Letters(Weekdays) || !Blanks() || !Month() || !Blanks() || !Day() || !Blanks() || !Time() || !Blanks()
            || !Year() || !Field(1) || !Text("] ["u8))
        {
            return false;
        }

        var start = _at;
        if (Names() == 0)
        {
            return false;
        }

        if (Current == ':')
        {
            Field(start);
            start = ++_at;
            if (Names() == 0)
            {
                return false;
            }
        }
        else
        {
            Missing();
        }

        Field(start);
        if (!Text("] [pid "u8) || !DigitsField())
        {
            return false;
        }

        if (!Text(":tid "u8))
        {
            Missing();
        }
        else if (!DigitsField())
        {
            return false;
        }

        if (!Text("] [client "u8))
        {
            return false;
        }

        start = _at;
        return Host() && Port() && Field(start) && Text("] "u8) && Rest(isField: true);
    }

    // After the time: a priority that is skipped, host, program, id, message.
    private bool Message()
    {
        Priority();
        if (!Text(" "u8) || !Word(out var start) || !Field(start) || !Text(" "u8))
        {
            return false;
        }

        start = _at;
        while (IsName(Current) || Current is '.' or '/' or '%' or '-')
        {
            _at++;
        }

        if (_at == start)
        {
            return false;
        }

        Field(start);
        if (!Text("["u8))
        {
            Missing();
        }
        else if (Current is < '1' or > '9' || !DigitsField() || !Text("]"u8))
        {
            return false;
        }

        return Text(": "u8) && Rest(isField: true);
    }

    // <134>: digits, any one character, digits. A digit can be that character, and so can >.
    private void Priority()
    {
        var start = _at;
        if (!Text(" <"u8))
        {
            return;
        }

        var digits = Digits();
        var end = _at;
        if (digits > 0 && _at < _text.Length && Rune.DecodeFromUtf8(_text[_at..], out var rune, out var length) == 0
            && !IsLineEnd(rune.Value))
        {
            _at += length;
            if (Digits() > 0 && Text(">"u8) && Current == ' ')
            {
                return;
            }
        }

        _at = end;
        if (digits < 3 || !Text(">"u8))
        {
            _at = start;
        }
    }

    private bool Rfc3339()
    {
        if (!(Digits(4) && Text("-"u8) && Digits(2) && Text("-"u8) && Digits(2) && Text("T"u8) && Digits(2) && Text(":"u8) && Digits(2)
            && Text(":"u8) && Digits(2)))
        {
            return false;
        }

        if (Text("."u8) && Digits() == 0)
        {
            return false;
        }

        return Text("Z"u8) || (Current is '+' or '-' && Sign() && Digits(2) && Text(":"u8) && Digits(2));
    }

    // Parts with dots between them, and one at the end.
    private bool Host()
    {
        if (Part() == 0)
        {
            return false;
        }

        while (Current == '.')
        {
            _at++;
            if (Part() == 0)
            {
                break;
            }
        }

        return true;
    }

    private int Part()
    {
        var start = _at;
        while (IsName(Current) || Current == '-')
        {
            _at++;
        }

        return _at - start;
    }

    private bool Word(out int start)
    {
        start = _at;
        while (IsName(Current) || Current is '.' or '-')
        {
            _at++;
        }

        return _at > start;
    }

    private bool Port()
    {
        if (Current != ':')
        {
            return true;
        }

        _at++;
        return Year();
    }

    private bool Quoted()
    {
        if (!Text("\""u8))
        {
            return false;
        }

        var length = _text[_at..].IndexOf((byte)'"');
        if (length <= 0)
        {
            return false;
        }

        var start = _at;
        _at += length;
        return Field(start) && Text("\""u8);
    }

    // A number with or without its sign, or a minus alone.
    private bool Number()
    {
        var start = _at;
        Sign();
        return (Digits() > 0 || (_at == start + 1 && _text[start] == '-')) && Field(start);
    }

    private bool Time()
    {
        var start = _at;
        var hour = Digits();
        if (hour is < 1 or > 2 || Value(start) > 23 || !Text(":"u8))
        {
            return false;
        }

        start = _at;
        if (Digits() != 2 || Value(start) > 59 || !Text(":"u8))
        {
            return false;
        }

        start = _at;
        if (Digits() is < 1 or > 2 || Value(start) > 60)
        {
            return false;
        }

        if (Current is ':' or '.' or ',')
        {
            _at++;
            return Digits() > 0;
        }

        return true;
    }

    private bool Day()
    {
        var start = _at;
        return Digits() is 1 or 2 && Value(start) is >= 1 and <= 31;
    }

    private bool Month() => Letters(Months);

    private bool Year() => Current is >= '1' and <= '9' && Digits() > 0;

    private bool Letters(string[] known)
    {
        var start = _at;
        while (Current is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z'))
        {
            _at++;
        }

        foreach (var word in known)
        {
            if (Ascii.Equals(_text[start.._at], word))
            {
                return true;
            }
        }

        return false;
    }

    private bool Sign()
    {
        _at += Current is '+' or '-' ? 1 : 0;
        return true;
    }

    private bool Blank()
    {
        if (Current is not (' ' or (>= 9 and <= 13)))
        {
            return false;
        }

        _at++;
        return true;
    }

    private bool Blanks()
    {
        var any = false;
        while (Blank())
        {
            any = true;
        }

        return any;
    }

    private int Names()
    {
        var start = _at;
        while (IsName(Current))
        {
            _at++;
        }

        return _at - start;
    }

    private int Digits()
    {
        var start = _at;
        while (Current is >= '0' and <= '9')
        {
            _at++;
        }

        return _at - start;
    }

    private bool Digits(int count)
    {
        var end = _at + count;
        while (_at < end && Current is >= '0' and <= '9')
        {
            _at++;
        }

        return _at == end;
    }

    private bool DigitsField()
    {
        var start = _at;
        return Digits() > 0 && Field(start);
    }

    private readonly int Value(int start) =>
        _at - start == 1 ? _text[start] - '0' : ((_text[start] - '0') * 10) + _text[start + 1] - '0';

    private bool Text(ReadOnlySpan<byte> expected)
    {
        if (!_text[_at..].StartsWith(expected))
        {
            return false;
        }

        _at += expected.Length;
        return true;
    }

    // What a dot of Java matches, to the end.
    private bool Rest(bool isField)
    {
        var rest = _text[_at..];
        if (rest.ContainsAny((byte)'\n', (byte)'\r') || rest.IndexOf("\u0085"u8) >= 0 || rest.IndexOf("\u2028"u8) >= 0
            || rest.IndexOf("\u2029"u8) >= 0)
        {
            return false;
        }

        var start = _at;
        _at = _text.Length;
        return !isField || Field(start);
    }

    private bool Field(int start)
    {
        _fields[_field++] = (start, _at);
        return true;
    }

    private void Missing() => _fields[_field++] = (-1, -1);

    private static bool IsLineEnd(int value) => value is '\n' or '\r' or 0x85 or 0x2028 or 0x2029;

    private static bool IsName(int value) => value is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_';
}
