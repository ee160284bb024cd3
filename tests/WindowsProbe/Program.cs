using System.Globalization;
using Shipper.WindowsProbe;

// What a test on another system needs of Windows: ask for a service's state, send it a control, hold a file as a writer does.
switch (args)
{
    case ["query", var service]:
        Console.WriteLine(ServiceManager.Query(service));
        return 0;
    case ["control", var service, var control]:
        Console.WriteLine(ServiceManager.Control(service, uint.Parse(control, CultureInfo.InvariantCulture)));
        return 0;
    case ["write", var directory, var lines]:
        RotatingWriter.Run(directory, int.Parse(lines, CultureInfo.InvariantCulture));
        return 0;
    default:
        Console.Error.WriteLine("windows-probe query SERVICE | control SERVICE NUMBER | write DIRECTORY LINES");
        return 2;
}
