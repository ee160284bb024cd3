namespace Shipper.RecordProcessing.Agent;

/// <summary>Checks the Java expressions of a step.</summary>
internal static class AgentPatterns
{
    /// <summary>Adds a problem for each expression that cannot be used.</summary>
    /// <param name="type">What the step does.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="add">Takes key, value, reason and what to write instead.</param>
    public static void Check(ProcessingType type, ProcessingOptions options, Action<string, string?, string, string> add)
    {
        var (key, java) = type switch
        {
            ProcessingType.CsvToJson => (nameof(options.Delimiter), options.Delimiter),
            ProcessingType.PatternToJson => (nameof(options.Pattern), options.Pattern),
            _ => ("", ""),
        };
        if (key.Length == 0)
        {
            return;
        }

        try
        {
            _ = JavaPattern.WholeMatch(java, options.MatchTimeout);
        }
        catch (JavaPatternException exception) when (exception.IsJavaError && type == ProcessingType.CsvToJson)
        {
            // The agent starts with it, and sends every line as it is.
        }
        catch (JavaPatternException exception)
        {
            add(key, java, exception.Message, exception.IsJavaError
                ? "Correct it, in the syntax of Java"
                : "Write it otherwise, or leave out Compatibility and write it in the syntax of .NET");
        }
    }
}
