/** Runs announced on Amazon SQS. */
package dev.hawser.sqs;
