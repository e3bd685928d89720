package dev.hawser.bench.child;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How child processes are started: the gateway's jar and the JVM flags that both servers get.
 *
 * @param jar the gateway's jar
 * @param javaOptions flags of the java command
 * @param gatewayOptions further flags of the gateway alone, such as a flight recording
 */
public record Launch(Path jar, List<String> javaOptions, List<String> gatewayOptions) {
    /** The system property that names {@link #jar}. */
    public static final String JAR = "hawser.jar";
    /** The system property that holds {@link #javaOptions}, separated by blanks. */
    public static final String JAVA_OPTIONS = "hawser.java.opts";

    public Launch {
        javaOptions = List.copyOf(javaOptions);
        gatewayOptions = List.copyOf(gatewayOptions);
    }

    /** Splits flags at blanks; none for an empty text. */
    public static List<String> flags(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    /** The command line of a gateway to be measured. */
    public List<String> gateway(List<String> arguments) {
        var command = tool(arguments);
        command.addAll(command.indexOf("-jar"), gatewayOptions);
        return command;
    }

    /** Whether a flight recording of the gateway was asked for. */
    boolean records() {
        return gatewayOptions.stream().anyMatch(flag -> flag.startsWith("-XX:StartFlightRecording"));
    }

    /** The command line of one of the jar's other commands, without the flags that are for what is measured. */
    List<String> tool(List<String> arguments) {
        var command = new ArrayList<>(List.of(java()));
        command.addAll(javaOptions);
        command.addAll(List.of("-jar", requiredJar().toString()));
        command.addAll(arguments);
        return command;
    }

    /** The command line of a main class of ours that works on classes of the gateway's jar. */
    public List<String> beside(Class<?> main) {
        var command = new ArrayList<>(own(main));
        int classPath = command.indexOf("-cp") + 1;
        command.set(classPath, requiredJar() + File.pathSeparator + command.get(classPath));
        command.addAll(classPath - 1, gatewayOptions);
        return command;
    }

    /** The command line of a main class on our own class path, with the same JVM flags. */
    List<String> own(Class<?> main) {
        var command = new ArrayList<>(List.of(java()));
        // An AOT cache belongs to the gateway's class path and would only be refused here.
        javaOptions.stream().filter(flag -> !flag.startsWith("-XX:AOT")).forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return command;
    }

    private Path requiredJar() {
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException("there is no gateway jar at " + jar + "; name it with -D" + JAR + "=FILE");
        }
        return jar;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
