namespace Shipper.TailShipper.Tests.Support;

/// <summary>Files of the repository that the code is compared with.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] NotOurs = ["obj", "bin", "artifacts", "node_modules"];

    private static readonly string Root = RepositoryRoot.Directory;

    /// <summary>The full path of a file, by its path from the repository's root.</summary>
    public static string PathOf(string path) => Path.GetFullPath(Path.Join(Root, path));

    /// <summary>The text of a file, by its path from the repository's root.</summary>
    public static string Read(string path) => File.ReadAllText(PathOf(path));

    /// <summary>Every C# file, by its path from the repository's root.</summary>
    public static IReadOnlyList<string> Code() =>
        [.. new[] { "src", "tests", "bench" }.SelectMany(folder => Below(folder, "*.cs"))];

    /// <summary>Every page in Markdown, by its path from the repository's root.</summary>
    public static IReadOnlyList<string> Pages() =>
    [
        .. Directory.EnumerateFiles(Root, "*.md").Select(FromRoot),
        .. new[] { "docs", "src", "tests", "bench", "deploy", "findings" }.SelectMany(folder => Below(folder, "*.md")),
    ];

    private static IEnumerable<string> Below(string folder, string pattern) =>
        Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories).Select(FromRoot)
            .Where(file => !file.Split('/').Intersect(NotOurs).Any());

    private static string FromRoot(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');
}
