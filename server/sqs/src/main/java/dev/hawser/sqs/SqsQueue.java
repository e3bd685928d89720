package dev.hawser.sqs;

import dev.hawser.core.port.ExternalQueue;
import dev.hawser.core.port.QueueException;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * An Amazon SQS queue, standard or FIFO. On a FIFO queue the session is the message group and an announcement that is
 * published again within five minutes is dropped by the queue itself. Credentials and region come from where the AWS SDK
 * looks for them.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html">SendMessage</a>
 */
public final class SqsQueue implements ExternalQueue {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ATTEMPT = Duration.ofSeconds(5);
    private static final Duration CALL = Duration.ofSeconds(10);

    private final QueueName name;
    private final SqsClient client;
    /** Set once it was looked up; several threads may look it up at the same time and find the same. */
    private volatile String url;

    private SqsQueue(QueueName name, SqsClient client) {
        this.name = name;
        this.client = client;
        this.url = name.url();
    }

    /**
     * Does not connect: a queue that is away is no reason for a gateway not to start.
     *
     * @param where a queue's URL, or its name
     * @throws IllegalArgumentException where it is neither
     * @throws QueueException where the SDK finds no region to work in
     */
    public static SqsQueue open(String where) {
        QueueName name = QueueName.of(where);
        SqsClientBuilder builder = SqsClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(ATTEMPT))
                .overrideConfiguration(o -> o.apiCallAttemptTimeout(ATTEMPT).apiCallTimeout(CALL));
        if (name.endpoint() != null) {
            builder.endpointOverride(URI.create(name.endpoint())).region(regionOrAny());
        }
        if (name.region() != null) {
            builder.region(Region.of(name.region()));
        }
        try {
            return new SqsQueue(name, builder.build());
        } catch (SdkException e) {
            throw new QueueException("The AWS SDK could not be set up for SQS: " + e.getMessage(), e);
        }
    }

    /** What the environment or a profile says; a server that imitates Amazon's may keep queues apart by it, or take any. */
    private static Region regionOrAny() {
        try {
            return new AwsRegionProviderChain(new SystemSettingsRegionProvider(), new AwsProfileRegionProvider()).getRegion();
        } catch (SdkException e) {
            return Region.US_EAST_1;
        }
    }

    @Override
    public void publish(Message message) {
        call("publish to", () -> client.sendMessage(request -> {
            request.queueUrl(url()).messageBody(message.json());
            if (name.fifo()) {
                request.messageGroupId(message.group()).messageDeduplicationId(message.key());
            }
        }));
    }

    @Override
    public void verify() {
        call("reach", () -> client.getQueueAttributes(request -> request.queueUrl(url())
                .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)));
    }

    private String url() {
        if (url == null) {
            url = client.getQueueUrl(request -> request.queueName(name.name())).queueUrl();
        }
        return url;
    }

    private void call(String what, Runnable call) {
        try {
            call.run();
        } catch (QueueDoesNotExistException e) {
            throw new QueueException("There is no SQS queue " + name.name(), e);
        } catch (SqsException e) {
            throw new QueueException("Could not " + what + " the SQS queue " + name.name() + ": "
                    + (e.awsErrorDetails() == null ? "HTTP " + e.statusCode() : e.awsErrorDetails().errorCode()), e);
        } catch (SdkException e) {
            throw new QueueException("Could not " + what + " the SQS queue " + name.name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
