package dev.hawser.core;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Executors;

/** The directions of dependency inside the core, and what it does without. */
@AnalyzeClasses(packages = "dev.hawser.core", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] LIBRARIES = {"java..", "com.fasterxml.jackson..", "org.slf4j.."};

    @ArchTest
    static final ArchRule librariesAreFew = classes().should().onlyDependOnClassesThat(
            resideInAnyPackage(LIBRARIES).or(resideInAnyPackage("dev.hawser.core..")));

    @ArchTest
    static final ArchRule modelKnowsNobody = only("model", "model");

    @ArchTest
    static final ArchRule portsKnowTheModel = only("port", "model", "port");

    @ArchTest
    static final ArchRule adaptersKnowPortsAndModel = only("memory", "model", "port", "memory");

    @ArchTest
    static final ArchRule dialectsKnowPortsAndModel = only("dialect", "model", "port", "dialect");

    @ArchTest
    static final ArchRule connectionsKnowNoService = only("connection", "model", "port", "dialect", "connection");

    @ArchTest
    static final ArchRule fanOutKnowsNoService = only("fanout", "model", "port", "dialect", "fanout");

    @ArchTest
    static final ArchRule sessionsAreTheLowestService = only("session", "model", "port", "dialect", "connection", "session");

    @ArchTest
    static final ArchRule runsBuildOnSessions = only("run", "model", "port", "session", "run");

    @ArchTest
    static final ArchRule approvalsBuildOnRuns = only("approval", "model", "port", "session", "run", "approval");

    @ArchTest
    static final ArchRule devicesBuildOnRuns = only("device", "model", "port", "run", "device");

    @ArchTest
    static final ArchRule noCycles = slices().matching("dev.hawser.core.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noSocketsNoSqlNoFiles = noClasses().should().dependOnClassesThat(
            resideInAnyPackage("io.netty..", "java.sql..", "javax.sql..", "java.net..", "java.nio.channels..", "java.nio.file.."));

    @ArchTest
    static final ArchRule noThreads = noClasses().should().dependOnClassesThat(
            assignableTo(Thread.class).or(assignableTo(Executors.class)).or(assignableTo(Thread.Builder.class)));

    @ArchTest
    static final ArchRule noClockOfItsOwn = noClasses()
            .should().callMethod(System.class, "currentTimeMillis")
            .orShould().callMethod(System.class, "nanoTime")
            .orShould().callMethod(Instant.class, "now")
            .orShould().dependOnClassesThat(assignableTo(Clock.class));

    @ArchTest
    static final ArchRule noChanceOfItsOwn = noClasses()
            .should().callMethod(UUID.class, "randomUUID")
            .orShould().callMethod(Math.class, "random");

    private static ArchRule only(String of, String... others) {
        String[] allowed = new String[others.length];
        for (int i = 0; i < others.length; i++) {
            allowed[i] = "dev.hawser.core." + others[i] + "..";
        }
        return classes().that().resideInAPackage("dev.hawser.core." + of + "..").should().onlyDependOnClassesThat(
                not(resideInAnyPackage("dev.hawser.core..")).or(resideInAnyPackage(allowed)));
    }
}
