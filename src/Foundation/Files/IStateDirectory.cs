namespace Shipper.Foundation.Files;

/// <summary>
/// The directory that holds what the shipper remembers, as far as the journal needs one: flat names, whole reads,
/// appends, and the two kinds of sync that decide what survives a power failure. Every call is synchronous and
/// throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when the disk refuses.
/// </summary>
internal interface IStateDirectory
{
    /// <summary>What a person would call it: the full path.</summary>
    string Name { get; }

    /// <summary>Names of the files in it, in no particular order; empty when the directory does not exist.</summary>
    IReadOnlyList<string> List();

    /// <summary>All bytes of a file, as far as they are written at this moment.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    byte[] Read(string name);

    /// <summary>Creates a file that did not exist, and the directory where it is missing.</summary>
    /// <exception cref="IOException">It exists already, or could not be created.</exception>
    IStateFile Create(string name);

    /// <summary>Renames, in one step, replacing what bears <paramref name="to"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes; a file that is not there is fine.</summary>
    void Delete(string name);

    /// <summary>Returns when all creations, renames and deletions so far would survive a power failure.</summary>
    void Sync();

    /// <summary>A directory within this one. Nothing is created until a file is.</summary>
    IStateDirectory Subdirectory(string name);
}
