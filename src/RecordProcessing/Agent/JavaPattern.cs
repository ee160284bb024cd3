using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Shipper.RecordProcessing.Agent;

/// <summary>
/// A regular expression in Java's syntax (java.util.regex.Pattern of Java 17), translated to one of .NET that finds the same. Every class,
/// flag and assertion is spelled out, because the two disagree on what \d, \w, \b, ., $ and ignoring case mean.
/// </summary>
internal sealed class JavaPattern
{
    private readonly string _java;
    private readonly string _start;
    private readonly string _end;
    private readonly TimeSpan _timeout;
    private Regex? _withPairs;

    private JavaPattern(string java, string start, string end, TimeSpan timeout)
    {
        (_java, _start, _end, _timeout) = (java, start, end, timeout);
        var translation = new JavaTranslation(java, withPairs: false);
        Plain = Compile(translation.Text);
        (Groups, Literal) = (translation.Groups, translation.Literal);
    }

    /// <summary>How many groups it captures.</summary>
    public int Groups { get; }

    /// <summary>The text that it stands for where it is nothing but characters; else null.</summary>
    public string? Literal { get; }

    private Regex Plain { get; }

    /// <summary>An expression that is searched for.</summary>
    /// <param name="java">The expression.</param>
    /// <param name="timeout">How long one search may take.</param>
    /// <exception cref="JavaPatternException">Java refuses it, or it cannot be translated.</exception>
    public static JavaPattern Find(string java, TimeSpan timeout) => new(java, "", "", timeout);

    /// <summary>An expression that must match a whole text. Parameters as of <see cref="Find"/>.</summary>
    public static JavaPattern WholeMatch(string java, TimeSpan timeout) => new(java, "\\A(?:", ")\\z", timeout);

    /// <summary>An expression that must match at a text's start, as Java's lookingAt. Parameters as of <see cref="Find"/>.</summary>
    public static JavaPattern AtStart(string java, TimeSpan timeout) => new(java, "\\A(?:", ")", timeout);

    /// <summary>
    /// True for what matching throws when there is no answer: it took too long, or .NET's interpreter left its arrays, which it does with
    /// some lazy loops over nothing within others.
    /// </summary>
    public static bool IsNoAnswer(Exception exception) => exception is RegexMatchTimeoutException or IndexOutOfRangeException;

    /// <summary>The expression for one text. Few texts have surrogate pairs, and looking for them makes an expression slow.</summary>
    public Regex For(ReadOnlySpan<char> text) =>
        !text.ContainsAnyInRange('\uD800', '\uDFFF') ? Plain
        : _withPairs ??= Compile(new JavaTranslation(_java, withPairs: true).Text);

    private Regex Compile(string text)
    {
        try
        {
            return new Regex(_start + text + _end, RegexOptions.CultureInvariant, _timeout);
        }
        catch (RegexParseException exception)
        {
            throw new JavaPatternException($"cannot be translated: {exception.Error}", 0, isJavaError: false);
        }
    }
}

/// <summary>A Java expression that cannot be used.</summary>
/// <param name="reason">Why, to follow the expression.</param>
/// <param name="position">Where in it, from 0.</param>
/// <param name="isJavaError">True when Java refuses it too; false when it has no counterpart here.</param>
internal sealed class JavaPatternException(string reason, int position, bool isJavaError)
    : FormatException($"{reason}, at offset {position.ToString(CultureInfo.InvariantCulture)}")
{
    /// <summary>Why, without the position.</summary>
    public string Reason { get; } = reason;

    /// <summary>Where in the expression, from 0.</summary>
    public int Position { get; } = position;

    /// <summary>True when Java refuses it too; false when it has no counterpart here.</summary>
    public bool IsJavaError { get; } = isJavaError;
}
