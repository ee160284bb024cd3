namespace Shipper.OrderLogGenerator.Tests.Support;

/// <summary>A directory that is deleted after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("generator-tests-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public IReadOnlyList<string> Names =>
        [.. Directory.EnumerateFiles(Path).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public string Write(string name, string content)
    {
        File.WriteAllText(this[name], content);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
