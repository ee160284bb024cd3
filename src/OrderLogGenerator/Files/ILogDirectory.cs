namespace Shipper.OrderLogGenerator.Files;

/// <summary>The file system as log files need it; the seam at which tests make it fail.</summary>
internal interface ILogDirectory
{
    /// <summary>Creates a file that did not exist, and the directory above it when that is allowed.</summary>
    /// <exception cref="IOException">It exists, or cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be created.</exception>
    ILogFile Create(string path);

    /// <summary>True when something has this name.</summary>
    bool Exists(string path);

    /// <summary>Renames a file to a name that is free.</summary>
    void Move(string from, string to);

    /// <summary>Copies a file to a name that is free.</summary>
    void Copy(string from, string to);

    /// <summary>Deletes a file.</summary>
    void Delete(string path);

    /// <summary>The names, without directory, of the files in a directory.</summary>
    IReadOnlyList<string> Names(string directory);
}
