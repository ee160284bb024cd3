namespace Shipper.LocalPipeline.Tests.Support;

internal sealed class TemporaryDirectory : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("local-pipeline-test-").FullName;

    public string At(string relative) => Path.Combine(Root, relative);

    public string Write(string relative, string content)
    {
        File.WriteAllText(At(relative), content);
        return At(relative);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
